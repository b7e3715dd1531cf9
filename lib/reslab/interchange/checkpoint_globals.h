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
  dict,             // constructor of a dict or a subclass of it
  storage,          // class of storages whose elements have one type
  untyped_storage,  // class of storages of bytes
  dtype,
  other,  // ignored
};

struct CheckpointGlobal {
  std::string_view name;
  Role role = Role::other;
  // Element type of a storage or dtype, as safetensors spells it; empty if safetensors lacks it.
  std::string_view dtype = {};
  std::size_t element_size = 0;  // of a storage, in bytes
};

/// Finds a global that a checkpoint's pickle may name: the parts of tensors and the usual values
/// beside them (NumPy scalars, argparse.Namespace, …). Null for any other name.
const CheckpointGlobal* checkpoint_global(std::string_view name);

}  // namespace reslab::pickle
