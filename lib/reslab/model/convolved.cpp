#include "reslab/model/convolved.h"

#include <torch/nn/functional/conv.h>

#include "reslab/base/compat.h"
#include "reslab/execution/widened.h"
#include "reslab/kernels/fused_layer.h"

namespace reslab {

at::Tensor Convolved::value() const {
  if (!is_pending()) return tensor_;
  const auto &weight = convolution_->weight, &bias = convolution_->bias;
  if (!is_fast()) return with_libtorch(weight, bias);
  const auto y = fast_convolution(input(), weight);
  return bias.defined() ? y + bias.to(y.scalar_type()).view({-1, 1, 1}) : y;
}

at::Tensor Convolved::input() const { return widens() ? tensor_.to(at::kBFloat16) : tensor_; }

at::Tensor Convolved::scaled(const at::Tensor& scale, const at::Tensor& offset) const {
  return scaled_with(scale, {offset, {}, false});
}

at::Tensor Convolved::scaled_relu(const at::Tensor& scale, const at::Tensor& offset,
                                  const at::Tensor& addend) const {
  return scaled_with(scale, {offset, addend, true});
}

bool Convolved::fuses() const {
  return is_pending() && is_fast() && !convolution_->bias.defined() &&
         has_fused_layer(tensor_, convolution_->weight);
}

bool Convolved::is_fast() const {
  const auto& options = convolution_->options;
  const auto* padding = compat::get_if<torch::ExpandingArray<2>>(options.padding());
  const auto all = [](const torch::ExpandingArray<2>& values, std::int64_t value) {
    return values->at(0) == value && values->at(1) == value;
  };
  return FusedScope::fused() && (widens() || !compat::autocast_enabled(at::kCPU)) &&
         padding != nullptr && all(*padding, 1) && all(options.stride(), 1) &&
         all(options.dilation(), 1) && options.groups() == 1 &&
         has_fast_convolution(tensor_, convolution_->weight);
}

/// LibTorch's convolution.
at::Tensor Convolved::with_libtorch(const at::Tensor& weight, const at::Tensor& bias) const {
  const auto& options = convolution_->options;
  return widened(tensor_, [&](const at::Tensor& x) {
    return torch::nn::functional::detail::conv2d(
        x, weight, bias, options.stride(), options.padding(), options.dilation(), options.groups());
  });
}

/// `tail`'s bias is what is added to scale·value.
at::Tensor Convolved::scaled_with(const at::Tensor& scale, const ConvolutionTail& tail) const {
  const auto& bias = convolution_->bias;
  const auto weight = convolution_->weight * scale.view({-1, 1, 1, 1});
  const auto offset = bias.defined() ? bias * scale + tail.bias : tail.bias;
  if (is_fast() && !at::GradMode::is_enabled())
    return fast_inference(input(), weight, {offset, tail.addend, tail.relu});
  auto y = with_libtorch(weight, offset);
  if (tail.addend.defined()) y.add_(tail.addend);
  return tail.relu ? y.relu_() : y;
}

}  // namespace reslab
