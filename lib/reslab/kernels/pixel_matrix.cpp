#include "reslab/kernels/pixel_matrix.h"

#include <algorithm>

namespace reslab {
namespace {

/// Elements per work item.
constexpr std::int64_t kChunkElements = 1 << 16;

}  // namespace

PixelMatrix::PixelMatrix(const at::Tensor& x)
    : rows_(x.numel() / x.size(1)),
      channels_(x.size(1)),
      kernels_(norm_kernels(element_of(x))),
      element_size_(static_cast<std::int64_t>(x.element_size())),
      chunk_(std::max<std::int64_t>(kChunkElements / channels_, 1)) {}

void* PixelMatrix::at(const at::Tensor& matrix, std::int64_t row) const {
  if (!matrix.defined()) return nullptr;
  return static_cast<char*>(matrix.data_ptr()) + bytes(row);
}

const void* PixelMatrix::at(const void* matrix, std::int64_t row) const {
  return matrix == nullptr ? nullptr : static_cast<const char*>(matrix) + bytes(row);
}

std::int64_t PixelMatrix::rows_of(std::int64_t chunk) const {
  return std::min(chunk_, rows_ - chunk * chunk_);
}

}  // namespace reslab
