#pragma once

#include <cstddef>
#include <string_view>

namespace reslab::pickle {

/// What a global of a checkpoint's pickle stands for.
enum class Role {
  tensor,           // called with (storage, offset, shape, strides, …)
  typed_tensor,     // the same, the seventh being its dtype
  parameter,        // called with (tensor, …)
  subclass,         // called with (function, type, arguments, state)
  dict,             // called for a dict or one of its kin
  storage,          // a class of storages with elements of one type
  untyped_storage,  // of bytes
  dtype,
  other,  // nothing is read of it
};

struct CheckpointGlobal {
  std::string_view name;
  Role role = Role::other;
  std::string_view dtype =
      {};  // of a storage or dtype, as safetensors spells it; empty: it has none
  std::size_t element_size = 0;  // of a storage, bytes
};

/// Everything that a checkpoint's pickle may name: what tensors and the usual values beside them
/// (NumPy scalars, argparse.Namespace, …) are made of. Null for any other name.
const CheckpointGlobal* checkpoint_global(std::string_view name);

}  // namespace reslab::pickle
