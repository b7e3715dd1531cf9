#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/interchange/pickle.h"

namespace reslab::pickle {

/// Bytes that tensors look at, kept beside the pickle.
struct Storage {
  std::string key;
  std::string dtype;             // as safetensors spells it; empty where it cannot be told
  std::size_t element_size = 0;  // bytes
  std::uint64_t elements = 0;
};

struct Tensor {
  std::string name;
  std::string dtype;  // empty for a type that safetensors does not have
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // in elements
  std::int64_t offset = 0;            // in elements
  std::string storage;                // its key
};

struct StateDict {
  std::string section;  // the key of the checkpoint that it was found under; empty: the top level
  std::vector<Tensor> tensors;
};

/// Every storage that the pickle mentions, each key once. Throws InvalidInput, as do the others,
/// `where` in front.
std::vector<Storage> storages(const Pickle& pickle, const std::string& where);

/// The tensors of the first that has any: the dict under `state_dict`, `model`, `net`, and the
/// pickle itself. What is no tensor is left out.
StateDict state_dict(const Pickle& pickle, const std::string& where);

}  // namespace reslab::pickle
