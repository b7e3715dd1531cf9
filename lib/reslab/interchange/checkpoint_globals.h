#pragma once

#include <cstddef>
#include <string_view>

namespace reslab::pickle {

/// The meaning of a Python global in a checkpoint's pickle.
enum class Role {
  tensor,           // function with the arguments (storage, offset, shape, strides, …)
  typed_tensor,     // the same with the dtype as seventh argument
  parameter,        // function with the arguments (tensor, …)
  subclass,         // function with the arguments (function, type, arguments, state)
  storage,          // class of storages whose elements have one type
  untyped_storage,  // class of storages of bytes
  dtype,
  unreadable,  // function or class of tensors that are not elements of one storage
  opaque,      // any other name
};

struct CheckpointGlobal {
  std::string_view name;
  Role role = Role::opaque;
  // Element type of a storage or dtype, as safetensors spells it; empty if unknown.
  std::string_view dtype = {};
  std::size_t element_size = 0;  // of a storage, in bytes
  std::string_view what = {};    // of an unreadable tensor: "is sparse; expected …"
};

/// Finds a global that tensors are made of. Any other name gives one that is opaque.
const CheckpointGlobal& checkpoint_global(std::string_view name);

}  // namespace reslab::pickle
