#pragma once

#include <cstdint>

namespace reslab {

/// scale·x + offset, with one scale and one offset per channel.
struct ChannelAffine {
  const float* scale = nullptr;
  const float* offset = nullptr;
};

/// Loops of BatchNorm, addition and ReLU for one instruction set and one element type. Images are
/// matrices with a row for each pixel and a column for each channel, without gaps (channels_last).
/// Arrays with one value per channel are padded to a multiple of `kChannelPadding`; the padding may
/// have any values.
struct NormKernels {
  /// Adds Σ(x − shift) and Σ(x − shift)² of each channel to the two arrays.
  void (*add_moments)(const void* x, std::int64_t rows, std::int64_t channels, const float* shift,
                      double* sum, double* sum_of_squares);

  /// y = max(0, affine(x) + shortcut), or max(0, affine(x)) if `shortcut` is null.
  void (*apply)(const void* x, const void* shortcut, std::int64_t rows, std::int64_t channels,
                ChannelAffine affine, void* y);

  /// Adds Σg and Σg·(x − mean) of each channel to the two arrays, where g = dy if y > 0, else 0.
  /// If `y` is null, y is computed as affine(x). Writes g unless it is null.
  void (*add_gradient_moments)(const void* dy, const void* x, const void* y, std::int64_t rows,
                               std::int64_t channels, ChannelAffine affine, const float* mean,
                               void* g, double* sum, double* sum_of_products);

  /// dx = slope·(x − mean) + offset + scale·g, where g = dy if affine(x) > 0, else 0. With an empty
  /// `affine` (null pointers) g = dy.
  void (*gradient)(const void* dy, const void* x, std::int64_t rows, std::int64_t channels,
                   ChannelAffine affine, const float* mean, const float* slope, const float* offset,
                   const float* scale, void* dx);
};

/// A multiple of the elements in a register of any instruction set.
inline constexpr std::int64_t kChannelPadding = 16;

}  // namespace reslab
