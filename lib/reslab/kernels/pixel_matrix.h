#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include "reslab/kernels/processor_kernels.h"

namespace reslab {

/// The tensor (N, C, H, W) with the layout channels_last; itself if it has that layout already.
inline at::Tensor channels_last(const at::Tensor& x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

/// Images (N, C, H, W), channels_last, as a matrix of pixels and channels.
class PixelMatrix {
 public:
  explicit PixelMatrix(const at::Tensor& x);

  std::int64_t rows() const { return rows_; }
  std::int64_t channels() const { return channels_; }
  const NormKernels& kernels() const { return kernels_; }

  /// Where a row of a matrix of this shape begins; null of an undefined one.
  void* at(const at::Tensor& matrix, std::int64_t row) const;
  /// The same of one that begins at `matrix`, which may be null.
  const void* at(const void* matrix, std::int64_t row) const;

  /// Calls work(first row, rows) for each piece, on all threads; each goes from its last piece to
  /// its first: those that `sums` came to last are still in the caches.
  template <class Work>
  void for_each_piece(const Work& work) const {
    at::parallel_for(0, pieces(), 1, [&](std::int64_t first, std::int64_t last) {
      for (auto piece = last; piece-- > first;) work(piece * piece_, rows_of(piece));
    });
  }

  using Sums = std::pair<std::vector<double>, std::vector<double>>;

  /// Σ over all rows of two sums of each channel: work(first row, rows, sum, sum) adds to them.
  /// They are made of each piece and then in the pieces' order, so that they do not depend on the
  /// threads.
  template <class Work>
  Sums sums(const Work& work) const {
    const auto width = static_cast<std::size_t>(padded(channels_));
    std::vector<double> parts(static_cast<std::size_t>(pieces()) * 2 * width);
    at::parallel_for(0, pieces(), 1, [&](std::int64_t first_piece, std::int64_t last_piece) {
      for (auto piece = first_piece; piece < last_piece; ++piece) {
        auto* part = parts.data() + static_cast<std::size_t>(piece) * 2 * width;
        work(piece * piece_, rows_of(piece), part, part + width);
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
  std::int64_t pieces() const { return (rows_ + piece_ - 1) / piece_; }
  std::int64_t bytes(std::int64_t rows) const { return rows * channels_ * element_size_; }
  std::int64_t rows_of(std::int64_t piece) const;

  std::int64_t rows_, channels_;
  const NormKernels& kernels_;
  std::int64_t element_size_;
  std::int64_t piece_;  // rows
};

}  // namespace reslab
