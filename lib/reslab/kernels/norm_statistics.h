#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/fused_norm.h"
#include "reslab/kernels/pixel_matrix.h"

namespace reslab {

// Tensors with one float32 value per channel.
/// Zeros, padded for the kernels.
at::Tensor float_tensor(std::int64_t channels);
double channel_value(const at::Tensor& floats, std::int64_t channel);
void set_channel(at::Tensor& floats, std::int64_t channel, double value);

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

/// Updates the running mean and variance with the moments of `rows` rows.
void update_running_statistics(NormTensors norm, const Moments& moments, std::int64_t rows,
                               double momentum);

/// BatchNorm(x) as scale·x + offset per channel, with the mean and 1 / standard deviation that the
/// gradient needs.
struct NormAffine {
  at::Tensor mean, inverse_std, scale, offset;

  ChannelAffine arrays() const;
};
NormAffine affine_of(const NormTensors& norm, const Moments& moments, double eps);

/// ReLU(BatchNorm(x) + shortcut), or ReLU(BatchNorm(x)) if `shortcut` is undefined.
at::Tensor apply_norm(const PixelMatrix& matrix, const at::Tensor& x, const NormAffine& affine,
                      const at::Tensor& shortcut);

}  // namespace reslab
