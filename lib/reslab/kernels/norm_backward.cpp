#include "reslab/kernels/norm_backward.h"

#include <ATen/Functions.h>

namespace reslab {

NormBackward::NormBackward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& y,
                           const at::Tensor& weight, const NormLines& lines)
    : dy_(dy), x_(x), lines_(lines), matrix_(x) {
  // What goes on along the shortcut is what the BatchNorm gets, too: made once, read again.
  if (y.defined()) of_shortcut = at::empty_like(x);
  const auto sums =
      matrix_.sums([&](std::int64_t first, std::int64_t rows, double* sum, double* products) {
        matrix_.kernels().add_gradient_moments(matrix_.at(dy, first), matrix_.at(x, first),
                                               matrix_.at(y, first), rows, matrix_.channels(),
                                               lines.lines(), lines.mean.data_ptr<float>(),
                                               matrix_.at(of_shortcut, first), sum, products);
      });
  set_lines(weight, sums);
}

void NormBackward::set_lines(const at::Tensor& weight, const PixelMatrix::Sums& sums) {
  const auto channels = matrix_.channels();
  of_weight = at::empty({channels}, at::kFloat);
  of_bias = at::empty({channels}, at::kFloat);
  slope_ = float_tensor(channels);
  offset_ = float_tensor(channels);
  const auto count = static_cast<double>(matrix_.rows());
  for (std::int64_t i = 0; i < channels; ++i) {
    const auto sum = sums.first[static_cast<std::size_t>(i)];
    const auto product = sums.second[static_cast<std::size_t>(i)];
    const auto inverse = channel_value(lines_.inverse_std, i);
    const auto factor = channel_value(weight, i) * inverse;
    set_channel(of_weight, i, product * inverse);
    set_channel(of_bias, i, sum);
    set_channel(slope_, i, -factor * inverse * inverse * product / count);
    set_channel(offset_, i, -factor * sum / count);
  }
}

void NormBackward::of_input(std::int64_t first, std::int64_t rows, void* dx) const {
  const bool has_shortcut = of_shortcut.defined();
  matrix_.kernels().gradient(matrix_.at(has_shortcut ? of_shortcut : dy_, first),
                             matrix_.at(x_, first), rows, matrix_.channels(),
                             has_shortcut ? ChannelLines() : lines_.lines(),
                             lines_.mean.data_ptr<float>(), slope_.data_ptr<float>(),
                             offset_.data_ptr<float>(), lines_.scale.data_ptr<float>(), dx);
}

}  // namespace reslab
