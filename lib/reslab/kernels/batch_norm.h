#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/fused_layer.h"
#include "reslab/kernels/pixel_matrix.h"

namespace reslab {

// BatchNorm, addition and ReLU in training, for the fused operators.

/// Σ(x − shift) and Σ(x − shift)² over some rows, for each channel. A shift near the mean avoids
/// cancellation in the variance.
struct ShiftedSums {
  std::int64_t rows = 0;
  std::vector<float> shift;
  std::vector<double> sum, sum_of_squares;
};

/// Sums over `rows` rows starting at row `first`; values are shifted by that row before squaring.
ShiftedSums shifted_sums(const at::Tensor& x, const PixelMatrix& matrix, std::int64_t first,
                         std::int64_t rows);

struct Moments {
  std::vector<double> mean, variance;  // per channel; the variance is the biased one
};

/// The moments of all rows of x.
Moments moments_of(const at::Tensor& x, const PixelMatrix& matrix);
/// The moments of all rows of the parts, merged in their order (Chan, Golub and LeVeque 1983).
Moments moments_of(const std::vector<ShiftedSums>& parts);

/// BatchNorm(x) as scale·x + offset per channel, with the mean and 1 / standard deviation that the
/// gradient needs.
struct NormAffine {
  at::Tensor mean, inverse_std, scale, offset;

  ChannelAffine arrays() const;
};

/// BatchNorm by the moments of a batch of `rows` rows. Updates the running mean and variance.
NormAffine affine_of_batch(const NormState& norm, const Moments& moments, std::int64_t rows);

/// ReLU(BatchNorm(x) + shortcut), or ReLU(BatchNorm(x)) if `shortcut` is undefined.
at::Tensor apply_norm(const PixelMatrix& matrix, const at::Tensor& x, const NormAffine& affine,
                      const at::Tensor& shortcut);

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
  at::Tensor dy_, x_;
  NormAffine affine_;
  PixelMatrix matrix_;
  at::Tensor slope_, offset_;  // dx = slope·(x − mean) + offset + scale·g
};

}  // namespace reslab
