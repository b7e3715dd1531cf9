#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace reslab {

/// A tensor in a file: a strided view of bytes, which several tensors may share.
struct StoredTensor {
  std::string name;
  std::string dtype;                  // "F32", "BF16", "I64", …: safetensors' spelling
  std::vector<std::int64_t> shape;    // empty for a scalar
  std::vector<std::int64_t> strides;  // in elements, one for each extent
  std::size_t offset = 0;             // position of the first element in the storage, in bytes
  std::shared_ptr<const std::vector<std::byte>> storage;
};

/// The strides of a tensor in C order.
std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape);

/// The shape as a text: "[64, 3, 7, 7]".
std::string shape_text(const std::vector<std::int64_t>& shape);

/// Why the tensor is invalid (unknown type, elements outside its storage, …); empty if it is valid.
std::string stored_tensor_error(const StoredTensor& tensor);

/// Size of the elements in C order, in bytes, for a valid tensor. A view that repeats elements
/// (stride 0) may be much larger than its storage.
std::size_t byte_count(const StoredTensor& tensor);

/// Copies the elements of a valid tensor in C order to `out`, which has byte_count(tensor) bytes.
void copy_elements(const StoredTensor& tensor, std::byte* out);

}  // namespace reslab
