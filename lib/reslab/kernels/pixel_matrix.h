#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include "reslab/kernels/cpu_kernels.h"

namespace reslab {

/// The tensor (N, C, H, W) in the layout channels_last; not copied if it has that layout already.
inline at::Tensor channels_last(const at::Tensor& x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

/// Images (N, C, H, W), channels_last, seen as a matrix of N·H·W rows (pixels) and C columns
/// (channels). Threads work on chunks of rows.
class PixelMatrix {
 public:
  explicit PixelMatrix(const at::Tensor& x)
      : rows_(x.numel() / x.size(1)),
        channels_(x.size(1)),
        kernels_(norm_kernels(element_of(x))),
        element_size_(static_cast<std::int64_t>(x.element_size())),
        chunk_(std::max<std::int64_t>(kChunkElements / channels_, 1)) {}

  std::int64_t rows() const { return rows_; }
  std::int64_t channels() const { return channels_; }
  const NormKernels& kernels() const { return kernels_; }

  /// The address of a row of `matrix`, which has this shape; null if `matrix` is undefined.
  void* at(const at::Tensor& matrix, std::int64_t row) const {
    return matrix.defined() ? static_cast<char*>(matrix.data_ptr()) + bytes(row) : nullptr;
  }
  /// The same for a matrix that begins at the address `matrix`; null if that is null.
  const void* at(const void* matrix, std::int64_t row) const {
    return matrix == nullptr ? nullptr : static_cast<const char*>(matrix) + bytes(row);
  }

  /// Calls work(first row, rows) for each chunk, on all threads. A thread goes from its last chunk
  /// to its first, since the chunks that `sums` read last are still in the cache.
  template <class Work>
  void for_each_chunk(const Work& work) const {
    at::parallel_for(0, chunks(), 1, [&](std::int64_t first, std::int64_t last) {
      for (auto chunk = last; chunk-- > first;) work(chunk * chunk_, rows_of(chunk));
    });
  }

  using Sums = std::pair<std::vector<double>, std::vector<double>>;

  /// Two sums per channel over all rows: work(first row, rows, first sums, second sums) adds a
  /// chunk to arrays that are zero before. The chunks' sums are then added in the chunks' order, so
  /// that the result does not depend on the number of threads.
  template <class Work>
  Sums sums(const Work& work) const {
    const auto width = static_cast<std::size_t>(padded(channels_));
    std::vector<double> parts(static_cast<std::size_t>(chunks()) * 2 * width);
    at::parallel_for(0, chunks(), 1, [&](std::int64_t first_chunk, std::int64_t last_chunk) {
      for (auto chunk = first_chunk; chunk < last_chunk; ++chunk) {
        auto* part = parts.data() + static_cast<std::size_t>(chunk) * 2 * width;
        work(chunk * chunk_, rows_of(chunk), part, part + width);
      }
    });
    Sums all{std::vector<double>(width), std::vector<double>(width)};
    for (std::size_t part = 0; part < parts.size(); part += 2 * width)
      for (std::size_t i = 0; i < width; ++i) {
        all.first[i] += parts[part + i];
        all.second[i] += parts[part + width + i];
      }
    return all;
  }

 private:
  static constexpr std::int64_t kChunkElements = 1 << 16;

  std::int64_t chunks() const { return (rows_ + chunk_ - 1) / chunk_; }
  std::int64_t bytes(std::int64_t rows) const { return rows * channels_ * element_size_; }
  std::int64_t rows_of(std::int64_t chunk) const {
    return std::min(chunk_, rows_ - chunk * chunk_);
  }

  std::int64_t rows_, channels_;
  const NormKernels& kernels_;
  std::int64_t element_size_;
  std::int64_t chunk_;  // rows in a chunk
};

}  // namespace reslab
