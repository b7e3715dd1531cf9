#include "reslab/model/convolved.h"

#include <torch/nn/functional/conv.h>

namespace reslab {

at::Tensor Convolved::value() const {
  return is_pending() ? torch::nn::Conv2d(convolution_)->forward(tensor_) : tensor_;
}

at::Tensor Convolved::scaled(const at::Tensor& scale, const at::Tensor& offset) const {
  const auto& options = convolution_->options;
  const auto& bias = convolution_->bias;
  return torch::nn::functional::detail::conv2d(
      tensor_, convolution_->weight * scale.view({-1, 1, 1, 1}),
      bias.defined() ? bias * scale + offset : offset, options.stride(), options.padding(),
      options.dilation(), options.groups());
}

}  // namespace reslab
