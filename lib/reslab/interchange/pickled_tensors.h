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
  std::string dtype;  // in safetensors' spelling; empty if unknown
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // in elements
  std::int64_t offset = 0;            // in elements
  std::string storage;                // key of the storage
  std::string error;  // why its elements cannot be read: "is sparse; expected …"; usually empty
};

/// A dict or list in the pickle that holds tensors.
struct Section {
  std::string name;  // keys from the top level, joined by dots; empty for the top level
  Ref dict = 0;
  std::size_t tensors = 0;  // number of tensors
  bool is_list = false;     // its tensors have no names
};

/// All storages that the pickle refers to, each once. Throws InvalidInput, with a message that
/// begins with `where`, for a damaged pickle.
std::vector<Storage> storages(const Pickle& pickle, const std::string& where);

/// All dicts and lists that hold tensors, those nearest to the top level first. Searches dicts,
/// lists and tuples up to eight levels deep. Throws InvalidInput like `storages`, and if there is
/// no dict.
std::vector<Section> sections(const Pickle& pickle, const std::string& where);

/// The tensors of a dict; none for a list. Ignores other values. Throws InvalidInput like
/// `storages`.
std::vector<Tensor> tensors_of(const Pickle& pickle, Ref dict, const std::string& where);

}  // namespace reslab::pickle
