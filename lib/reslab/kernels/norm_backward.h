#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/norm_statistics.h"
#include "reslab/kernels/pixel_matrix.h"

namespace reslab {

/// The gradients of y = ReLU(BatchNorm(x) + shortcut). The constructor computes the gradients of
/// BatchNorm's parameters and of the shortcut. The gradient of x is computed for some rows at a
/// time.
class NormBackward {
 public:
  /// dy, x and y are (N, C, H, W), channels_last; `weight` (C) is BatchNorm's weight. y is
  /// undefined if there is no shortcut: the sign of y is then computed from x.
  NormBackward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& y,
               const at::Tensor& weight, const NormAffine& affine);

  // Gradients of BatchNorm's weight and bias, (C), and of the shortcut, undefined without one.
  at::Tensor weight_gradient, bias_gradient, shortcut_gradient;

  /// Writes the gradient of x to dx, for `rows` rows of its matrix starting at row `first`.
  void input_gradient(std::int64_t first, std::int64_t rows, void* dx) const;

  const PixelMatrix& matrix() const { return matrix_; }

 private:
  void set_gradients(const at::Tensor& weight, const PixelMatrix::Sums& sums);

  at::Tensor dy_, x_;
  NormAffine affine_;
  PixelMatrix matrix_;
  at::Tensor slope_, offset_;  // dx = slope·(x − mean) + offset + scale·g
};

}  // namespace reslab
