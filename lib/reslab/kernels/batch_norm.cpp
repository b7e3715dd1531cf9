#include "reslab/kernels/batch_norm.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/Functions.h>

namespace reslab {
namespace {

/// A row of x as float32, padded for the kernels.
std::vector<float> row_of(const at::Tensor& x, const PixelMatrix& matrix, std::int64_t row) {
  std::vector<float> values(static_cast<std::size_t>(padded(matrix.channels())));
  const auto* from = matrix.at(x, row);
  if (element_of(x) == Element::float32)
    std::copy_n(static_cast<const float*>(from), matrix.channels(), values.begin());
  else
    std::copy_n(static_cast<const at::BFloat16*>(from), matrix.channels(), values.begin());
  return values;
}

// Tensors with one float32 value per channel, padded for the kernels.
at::Tensor float_tensor(std::int64_t channels) { return at::zeros({padded(channels)}, at::kFloat); }

double channel_value(const at::Tensor& floats, std::int64_t channel) {
  return static_cast<double>(floats.data_ptr<float>()[channel]);
}

void set_channel(at::Tensor& floats, std::int64_t channel, double value) {
  floats.data_ptr<float>()[channel] = static_cast<float>(value);
}

/// Updates the running mean and variance with the moments of `rows` rows.
void update_running_statistics(NormState norm, const Moments& moments, std::int64_t rows) {
  const auto unbiased = static_cast<double>(rows) / static_cast<double>(rows - 1);
  for (std::int64_t i = 0; i < norm.running_mean.numel(); ++i) {
    const auto channel = static_cast<std::size_t>(i);
    const auto move = [&](at::Tensor& running, double newest) {
      set_channel(running, i,
                  (1 - norm.momentum) * channel_value(running, i) + norm.momentum * newest);
    };
    move(norm.running_mean, moments.mean[channel]);
    move(norm.running_var, moments.variance[channel] * unbiased);
  }
}

}  // namespace

ShiftedSums shifted_sums(const at::Tensor& x, const PixelMatrix& matrix, std::int64_t first,
                         std::int64_t rows) {
  const auto width = static_cast<std::size_t>(padded(matrix.channels()));
  ShiftedSums sums{rows, row_of(x, matrix, first), std::vector<double>(width),
                   std::vector<double>(width)};
  matrix.kernels().add_moments(matrix.at(x, first), rows, matrix.channels(), sums.shift.data(),
                               sums.sum.data(), sums.sum_of_squares.data());
  return sums;
}

Moments moments_of(const at::Tensor& x, const PixelMatrix& matrix) {
  const auto shift = row_of(x, matrix, 0);
  auto [mean, variance] =
      matrix.sums([&](std::int64_t first, std::int64_t rows, double* sum, double* squares) {
        matrix.kernels().add_moments(matrix.at(x, first), rows, matrix.channels(), shift.data(),
                                     sum, squares);
      });
  const auto rows = static_cast<double>(matrix.rows());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const auto shifted = mean[i] / rows;
    variance[i] = std::max(variance[i] / rows - shifted * shifted, 0.0);
    mean[i] = static_cast<double>(shift[i]) + shifted;
  }
  return {std::move(mean), std::move(variance)};
}

Moments moments_of(const std::vector<ShiftedSums>& parts) {
  const auto width = parts.front().sum.size();
  Moments all{std::vector<double>(width), std::vector<double>(width)};
  double before = 0;
  for (const auto& part : parts) {
    const auto rows = static_cast<double>(part.rows);
    for (std::size_t i = 0; i < width; ++i) {
      const auto shifted = part.sum[i] / rows;
      const auto squares = part.sum_of_squares[i] - part.sum[i] * shifted;
      const auto apart = static_cast<double>(part.shift[i]) + shifted - all.mean[i];
      all.mean[i] += apart * rows / (before + rows);
      all.variance[i] += squares + apart * apart * before * rows / (before + rows);
    }
    before += rows;
  }
  for (auto& variance : all.variance) variance = std::max(variance / before, 0.0);
  return all;
}

ChannelAffine NormAffine::arrays() const {
  return {scale.data_ptr<float>(), offset.data_ptr<float>()};
}

NormAffine affine_of_batch(const NormState& norm, const Moments& moments, std::int64_t rows) {
  update_running_statistics(norm, moments, rows);
  const auto channels = norm.weight.numel();
  NormAffine affine{float_tensor(channels), float_tensor(channels), float_tensor(channels),
                    float_tensor(channels)};
  for (std::int64_t i = 0; i < channels; ++i) {
    const auto channel = static_cast<std::size_t>(i);
    const auto inverse = 1 / std::sqrt(moments.variance[channel] + norm.eps);
    const auto factor = channel_value(norm.weight, i) * inverse;
    set_channel(affine.mean, i, moments.mean[channel]);
    set_channel(affine.inverse_std, i, inverse);
    set_channel(affine.scale, i, factor);
    set_channel(affine.offset, i, channel_value(norm.bias, i) - moments.mean[channel] * factor);
  }
  return affine;
}

at::Tensor apply_norm(const PixelMatrix& matrix, const at::Tensor& x, const NormAffine& affine,
                      const at::Tensor& shortcut) {
  auto y = at::empty_like(x);
  matrix.for_each_chunk([&](std::int64_t first, std::int64_t rows) {
    matrix.kernels().apply(matrix.at(x, first), matrix.at(shortcut, first), rows, matrix.channels(),
                           affine.arrays(), matrix.at(y, first));
  });
  return y;
}

NormBackward::NormBackward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& y,
                           const at::Tensor& weight, const NormAffine& affine)
    : dy_(dy), x_(x), affine_(affine), matrix_(x) {
  // The shortcut and BatchNorm have the same incoming gradient: it is stored once and read again.
  if (y.defined()) shortcut_gradient = at::empty_like(x);
  const auto sums =
      matrix_.sums([&](std::int64_t first, std::int64_t rows, double* sum, double* products) {
        matrix_.kernels().add_gradient_moments(matrix_.at(dy, first), matrix_.at(x, first),
                                               matrix_.at(y, first), rows, matrix_.channels(),
                                               affine.arrays(), affine.mean.data_ptr<float>(),
                                               matrix_.at(shortcut_gradient, first), sum, products);
      });
  const auto channels = matrix_.channels();
  weight_gradient = at::empty({channels}, at::kFloat);
  bias_gradient = at::empty({channels}, at::kFloat);
  slope_ = float_tensor(channels);
  offset_ = float_tensor(channels);
  const auto count = static_cast<double>(matrix_.rows());
  for (std::int64_t i = 0; i < channels; ++i) {
    const auto sum = sums.first[static_cast<std::size_t>(i)];
    const auto product = sums.second[static_cast<std::size_t>(i)];
    const auto inverse = channel_value(affine_.inverse_std, i);
    const auto factor = channel_value(weight, i) * inverse;
    set_channel(weight_gradient, i, product * inverse);
    set_channel(bias_gradient, i, sum);
    set_channel(slope_, i, -factor * inverse * inverse * product / count);
    set_channel(offset_, i, -factor * sum / count);
  }
}

void NormBackward::input_gradient(std::int64_t first, std::int64_t rows, void* dx) const {
  const bool has_shortcut = shortcut_gradient.defined();
  matrix_.kernels().gradient(matrix_.at(has_shortcut ? shortcut_gradient : dy_, first),
                             matrix_.at(x_, first), rows, matrix_.channels(),
                             has_shortcut ? ChannelAffine() : affine_.arrays(),
                             affine_.mean.data_ptr<float>(), slope_.data_ptr<float>(),
                             offset_.data_ptr<float>(), affine_.scale.data_ptr<float>(), dx);
}

}  // namespace reslab
