#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/interchange/pickle.h"

namespace reslab::pickle {

/// The elements of one or more tensors, stored outside the pickle.
struct Storage {
  std::string key;
  std::string dtype;             // in safetensors' spelling; empty if unknown
  std::size_t element_size = 0;  // bytes
  std::uint64_t elements = 0;
};

struct Tensor {
  std::string name;
  std::string dtype;  // empty for a type that safetensors lacks
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // in elements
  std::int64_t offset = 0;            // in elements
  std::string storage;                // key of the storage
};

struct StateDict {
  std::string section;  // the checkpoint's key that contains it; empty for the top level
  std::vector<Tensor> tensors;
};

/// All storages that the pickle refers to, each once. Throws InvalidInput, with a message that
/// begins with `where`, for a damaged pickle.
std::vector<Storage> storages(const Pickle& pickle, const std::string& where);

/// The tensors in the first of these dicts that contains any: those under the keys `state_dict`,
/// `model` and `net`, and the top level. Ignores other values. Throws InvalidInput like `storages`,
/// also if there are no tensors.
StateDict state_dict(const Pickle& pickle, const std::string& where);

}  // namespace reslab::pickle
