#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace reslab {

/// A tensor as a file holds it: a strided view of bytes, which several tensors may share.
struct StoredTensor {
  std::string name;
  std::string dtype;                  // "F32", "BF16", "I64", … as safetensors spells them
  std::vector<std::int64_t> shape;    // empty for a scalar
  std::vector<std::int64_t> strides;  // in elements, one for each extent
  std::size_t offset = 0;             // of the first element, bytes from the storage's beginning
  std::shared_ptr<const std::vector<std::byte>> storage;
};

/// The strides of a tensor in C order.
std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape);

/// "[64, 3, 7, 7]".
std::string shape_text(const std::vector<std::int64_t>& shape);

/// Why the tensor cannot be: an unknown type, elements outside of its storage, …; empty if it can.
std::string problem(const StoredTensor& tensor);

/// Bytes that the elements take one after the other. The tensor must have no problem; a view that
/// repeats elements (stride 0) may need far more than its storage has.
std::size_t byte_count(const StoredTensor& tensor);

/// Writes the elements in C order to `out`, byte_count(tensor) bytes. The tensor must have no
/// problem.
void copy_elements(const StoredTensor& tensor, std::byte* out);

}  // namespace reslab
