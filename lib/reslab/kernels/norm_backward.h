#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/norm_statistics.h"
#include "reslab/kernels/pixel_matrix.h"

namespace reslab {

/// The gradients of y = ReLU(BatchNorm(x) + shortcut), a part at a time.
class NormBackward {
 public:
  /// From dy and x (N, C, H, W), channels_last, and y where there is a shortcut, undefined
  /// without: then x tells where y is above zero. `weight` (C) is BatchNorm's scale.
  NormBackward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& y,
               const at::Tensor& weight, const NormLines& lines);

  // Gradients of BatchNorm's scale and shift, (C), and of the shortcut, undefined without one.
  at::Tensor of_weight, of_bias, of_shortcut;

  /// Writes the gradient of so many rows of x's matrix from `first` on.
  void of_input(std::int64_t first, std::int64_t rows, void* dx) const;

  const PixelMatrix& matrix() const { return matrix_; }

 private:
  void set_lines(const at::Tensor& weight, const PixelMatrix::Sums& sums);

  at::Tensor dy_, x_;
  NormLines lines_;
  PixelMatrix matrix_;
  at::Tensor slope_, offset_;  // dx = slope·(x − mean) + offset + scale·g
};

}  // namespace reslab
