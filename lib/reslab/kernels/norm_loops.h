#pragma once

#include <cstdint>

namespace reslab {

/// value = scale·x + offset of each channel.
struct ChannelLines {
  const float* scale = nullptr;
  const float* offset = nullptr;
};

/// The loops of BatchNorm with what follows it, for one kind of processor and one type of element.
/// A matrix has a row for each pixel of each image, a column for each channel, without gaps
/// (channels_last). Per-channel arrays are padded with any numbers to `padded(channels)`.
struct NormKernels {
  /// Adds Σ(x − shift) and Σ(x − shift)² of each channel.
  void (*add_moments)(const void* x, std::int64_t rows, std::int64_t channels, const float* shift,
                      double* sum, double* sum_of_squares);

  /// y = max(0, lines(x) + shortcut); without a shortcut where that is null.
  void (*apply)(const void* x, const void* shortcut, std::int64_t rows, std::int64_t channels,
                ChannelLines lines, void* y);

  /// With g = dy where y was above zero, else 0: adds Σg and Σg·(x − mean) of each channel. Without
  /// y (null) it was lines(x). Writes g unless that is null.
  void (*add_gradient_moments)(const void* dy, const void* x, const void* y, std::int64_t rows,
                               std::int64_t channels, ChannelLines lines, const float* mean,
                               void* g, double* sum, double* sum_of_products);

  /// dx = slope·(x − mean) + offset + scale·g, with g = dy where lines(x) is above zero, else 0;
  /// without lines (null) g = dy.
  void (*gradient)(const void* dy, const void* x, std::int64_t rows, std::int64_t channels,
                   ChannelLines lines, const float* mean, const float* slope, const float* offset,
                   const float* scale, void* dx);
};

/// The channels that kernels work on together.
inline constexpr std::int64_t kKernelWidth = 16;

}  // namespace reslab
