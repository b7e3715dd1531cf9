#include "reslab/kernels/norm_backward.h"

#include <ATen/Functions.h>

namespace reslab {

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
  set_gradients(weight, sums);
}

void NormBackward::set_gradients(const at::Tensor& weight, const PixelMatrix::Sums& sums) {
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
