#include "reslab/interchange/stored_tensor.h"

#include <algorithm>
#include <cstring>

#include "reslab/interchange/safetensors.h"

namespace reslab {
namespace {

std::size_t element_count(const StoredTensor& tensor) {
  std::size_t count = 1;
  for (const auto extent : tensor.shape) count *= static_cast<std::size_t>(extent);
  return count;
}

/// Whether the number of bytes of `shape` in C order fits 64 bits.
bool countable(const std::vector<std::int64_t>& shape, std::size_t element) {
  auto bytes = static_cast<std::int64_t>(element);
  // Skips zeros: they must not hide an overflow of the other extents.
  for (const auto extent : shape)
    if (extent != 0 && __builtin_mul_overflow(bytes, extent, &bytes)) return false;
  return true;
}

/// Bytes from the first element's beginning to the last one's end; -1 if the number overflows.
std::int64_t reach(const StoredTensor& tensor, std::size_t element) {
  std::int64_t last = 0;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    std::int64_t step = 0;
    if (tensor.strides[i] < 0 ||
        __builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i], &step) ||
        __builtin_add_overflow(last, step, &last))
      return -1;
  }
  const auto size = static_cast<std::int64_t>(element);
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(last, size, &bytes) || __builtin_add_overflow(bytes, size, &bytes))
    return -1;
  return bytes;
}

}  // namespace

std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> strides(shape.size());
  std::uint64_t stride = 1;  // unsigned, because it may overflow if another extent is 0
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = static_cast<std::int64_t>(stride);
    stride *= static_cast<std::uint64_t>(std::max<std::int64_t>(shape[i], 1));
  }
  return strides;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const auto extent : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + "]";
}

std::string stored_tensor_error(const StoredTensor& tensor) {
  const auto element = safetensors::element_size(tensor.dtype);
  if (element == 0) return "its type is not supported";
  if (tensor.strides.size() != tensor.shape.size()) return "its strides do not fit its shape";
  if (std::ranges::any_of(tensor.shape, [](auto extent) { return extent < 0; }))
    return "its shape has a negative extent";
  if (!countable(tensor.shape, element)) return "it is too large";
  if (element_count(tensor) == 0) return "";
  const auto bytes = reach(tensor, element);
  const auto size = tensor.storage->size();
  if (bytes < 0 || tensor.offset > size || static_cast<std::size_t>(bytes) > size - tensor.offset)
    return "it lies outside its storage";
  return "";
}

std::size_t byte_count(const StoredTensor& tensor) {
  return element_count(tensor) * safetensors::element_size(tensor.dtype);
}

void copy_elements(const StoredTensor& tensor, std::byte* out) {
  const auto bytes = byte_count(tensor);
  if (bytes == 0) return;
  const auto element = safetensors::element_size(tensor.dtype);
  const auto* const first = tensor.storage->data() + tensor.offset;
  if (tensor.strides == contiguous_strides(tensor.shape)) {
    std::memcpy(out, first, bytes);
    return;
  }
  std::vector<std::int64_t> index(tensor.shape.size(), 0);
  std::int64_t position = 0;  // in the storage, in elements
  for (const auto* const end = out + bytes; out != end; out += element) {
    std::memcpy(out, first + static_cast<std::size_t>(position) * element, element);
    for (std::size_t i = index.size(); i-- > 0;) {
      if (index[i] + 1 < tensor.shape[i]) {
        ++index[i];
        position += tensor.strides[i];
        break;
      }
      position -= tensor.strides[i] * index[i];
      index[i] = 0;
    }
  }
}

}  // namespace reslab
