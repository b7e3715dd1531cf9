#include "reslab/model/convolved.h"

#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/nn/functional/conv.h>

#include "reslab/base/compat.h"
#include "reslab/model/observer.h"

namespace reslab {
namespace {

Algorithm algorithm_of(const Implementation& implementation) {
  return implementation.convolution == Implementation::Convolution::direct ? Algorithm::direct
                                                                           : Algorithm::winograd;
}

/// Whether the convolution of x is 3×3 with stride 1, padding 1, dilation 1, one group and float32
/// weights.
bool is_plain_3x3(const torch::nn::Conv2dImpl& convolution, const at::Tensor& x) {
  const auto& options = convolution.options;
  const auto& weight = convolution.weight;
  const auto* padding = compat::get_if<torch::ExpandingArray<2>>(options.padding());
  const auto both_are = [](const torch::ExpandingArray<2>& values, std::int64_t value) {
    return values->at(0) == value && values->at(1) == value;
  };
  return both_are(options.kernel_size(), 3) && padding != nullptr && both_are(*padding, 1) &&
         both_are(options.stride(), 1) && both_are(options.dilation(), 1) &&
         options.groups() == 1 && weight.scalar_type() == at::kFloat && x.dim() == 4 &&
         x.numel() > 0 && x.size(1) == weight.size(1);
}

}  // namespace

LayerRequest Convolved::request() const {
  LayerRequest request;
  request.device = tensor_.device().type();
  request.type = tensor_.scalar_type();
  request.needs_gradient = at::GradMode::is_enabled();
  request.is_traced = torch::jit::tracer::isTracing();
  if (!is_pending()) return request;
  request.has_convolution = true;
  request.is_3x3 = is_plain_3x3(*convolution_, tensor_);
  request.has_bias = convolution_->bias.defined();
  request.in_channels = convolution_->weight.size(1);
  request.out_channels = convolution_->weight.size(0);
  return request;
}

at::Tensor Convolved::value() const {
  if (!is_pending()) return tensor_;
  const auto implementation = choose(request(), current_execution());
  show_implementation(*convolution_, implementation);
  return value(implementation);
}

at::Tensor Convolved::value(const Implementation& implementation) const {
  if (!is_pending()) return tensor_;
  const auto &weight = convolution_->weight, &bias = convolution_->bias;
  if (implementation.convolution == Implementation::Convolution::libtorch)
    return libtorch_convolution(implementation, weight, bias);
  const auto y = convolve(algorithm_of(implementation), input(implementation), weight);
  return bias.defined() ? y + bias.to(y.scalar_type()).view({-1, 1, 1}) : y;
}

at::Tensor Convolved::folded(const Implementation& implementation, const at::Tensor& scale,
                             const PostOps& post_ops) const {
  const auto& bias = convolution_->bias;
  const auto weight = convolution_->weight * scale.view({-1, 1, 1, 1});
  const auto offset = bias.defined() ? bias * scale + post_ops.bias : post_ops.bias;
  if (implementation.convolution != Implementation::Convolution::libtorch)
    return convolve_inference(algorithm_of(implementation), input(implementation), weight,
                              {offset, post_ops.addend, post_ops.relu});
  auto y = libtorch_convolution(implementation, weight, offset);
  if (post_ops.addend.defined()) y.add_(post_ops.addend);
  return post_ops.relu ? y.relu_() : y;
}

at::Tensor Convolved::input(const Implementation& implementation) const {
  return implementation.emulates_bfloat16 ? tensor_.to(at::kBFloat16) : tensor_;
}

at::Tensor Convolved::libtorch_convolution(const Implementation& implementation,
                                           const at::Tensor& weight, const at::Tensor& bias) const {
  const auto& options = convolution_->options;
  return with_libtorch(implementation, tensor_, [&](const at::Tensor& x) {
    return torch::nn::functional::detail::conv2d(
        x, weight, bias, options.stride(), options.padding(), options.dilation(), options.groups());
  });
}

}  // namespace reslab
