#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/fused_norm.h"
#include "reslab/kernels/pixel_matrix.h"

namespace reslab {

/// A number for each channel, padded for the kernels.
at::Tensor float_tensor(std::int64_t channels);
double channel_value(const at::Tensor& floats, std::int64_t channel);
void set_channel(at::Tensor& floats, std::int64_t channel, double value);

/// Σ(x − shift) and Σ(x − shift)² of the rows of some images. Numbers near the mean keep the digits
/// of the variance.
struct ShiftedSums {
  std::int64_t rows = 0;
  std::vector<float> shift;
  std::vector<double> sum, sum_of_squares;
};

/// Of so many rows of x's matrix from `first` on; the shift is that one.
ShiftedSums shifted_sums(const at::Tensor& x, const PixelMatrix& matrix, std::int64_t first,
                         std::int64_t rows);

struct Moments {
  std::vector<double> mean, variance;  // of each channel; the variance is the biased one
};

/// Of all rows of the matrix.
Moments moments_of(const at::Tensor& x, const PixelMatrix& matrix);
/// Of the parts' rows together (Chan, Golub and LeVeque 1983), in the parts' order.
Moments moments_of(const std::vector<ShiftedSums>& parts);

/// Moves the running statistics towards the moments of so many rows.
void remember(NormTensors norm, const Moments& moments, std::int64_t rows, double momentum);

/// BatchNorm(x) = scale·x + offset of each channel, and what the gradient needs.
struct NormLines {
  at::Tensor mean, inverse_std, scale, offset;

  ChannelLines lines() const;
};
NormLines lines_of(const NormTensors& norm, const Moments& moments, double eps);

/// ReLU(BatchNorm(x) + shortcut), without a shortcut where that is undefined.
at::Tensor apply_norm(const PixelMatrix& matrix, const at::Tensor& x, const NormLines& lines,
                      const at::Tensor& shortcut);

}  // namespace reslab
