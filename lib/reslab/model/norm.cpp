#include "reslab/model/norm.h"

#include <torch/nn/modules/linear.h>

#include "reslab/kernels/fused_layer.h"
#include "reslab/model/observer.h"

namespace reslab {

Norm::Norm(std::int64_t channels, const std::optional<BatchNormOptions>& options) {
  if (options) {
    batch_norm_ = std::make_shared<torch::nn::BatchNorm2dImpl>(
        torch::nn::BatchNorm2dOptions(channels).momentum(options->momentum).eps(options->eps));
    module_ = batch_norm_;
  } else {
    module_ = std::make_shared<torch::nn::IdentityImpl>();
  }
}

at::Tensor Norm::operator()(const Convolved& x) const {
  auto y = unobserved(x);
  show_response(*module_, [&y] { return y; });
  return y;
}

at::Tensor Norm::unobserved(const Convolved& x) const {
  return normalized(x, implementation_for(x, false, false));
}

at::Tensor Norm::add_relu(const Convolved& x, const at::Tensor& shortcut) const {
  const auto implementation = implementation_for(x, true, shortcut.defined());
  if (implementation.norm == Implementation::Norm::folded) {
    show_response(*module_, [&] { return normalized(x, implementation); });
    const auto [scale, offset] = running_affine();
    return x.folded(implementation, scale, {offset, shortcut, true});
  }
  const bool with_convolution = implementation.norm == Implementation::Norm::fused_with_convolution;
  if (with_convolution || implementation.norm == Implementation::Norm::fused) {
    const Convolved input = with_convolution ? x : x.value(implementation);
    // A fused operator does not return Norm(x), so Norm(x) is computed separately for an observer.
    show_response(*module_, [&] { return with_batch_statistics(input, implementation); });
    auto& bn = *batch_norm_;
    bn.num_batches_tracked.add_(1);
    const NormState state{
        bn.weight,       bn.bias, bn.running_mean, bn.running_var, *bn.options.momentum(),
        bn.options.eps()};
    return with_convolution
               ? fused_layer(x.input(implementation), x.convolution().weight, state, shortcut)
               : fused_norm_relu(input.value(), state, shortcut);
  }
  auto y = normalized(x, implementation);
  show_response(*module_, [&y] { return y; });
  // Without BatchNorm, other code may use the tensor, so it must not be changed.
  if (!batch_norm_) return (shortcut.defined() ? y + shortcut : y).relu();
  return (shortcut.defined() ? y.add_(shortcut) : y).relu_();
}

Norm::Affine Norm::running_affine() const {
  const auto& bn = *batch_norm_;
  const auto scale = bn.weight * (bn.running_var + bn.options.eps()).rsqrt();
  return {scale, bn.bias - bn.running_mean * scale};
}

Implementation Norm::implementation_for(const Convolved& x, bool relu, bool adds) const {
  auto request = x.request();
  request.relu = relu;
  request.adds = adds;
  if (batch_norm_)
    request.norm =
        batch_norm_->is_training() ? LayerRequest::Norm::training : LayerRequest::Norm::evaluation;
  const auto implementation = choose(request, current_execution());
  if (x.is_pending()) show_implementation(x.convolution(), implementation);
  if (!x.is_pending() || implementation.norm == Implementation::Norm::libtorch)
    show_implementation(*module_, {.norm = implementation.norm, .adds = implementation.adds});
  return implementation;
}

at::Tensor Norm::normalized(const Convolved& x, const Implementation& implementation) const {
  if (implementation.norm == Implementation::Norm::folded) {
    const auto [scale, offset] = running_affine();
    return x.folded(implementation, scale, {offset, {}, false});
  }
  const auto value = x.value(implementation);
  return batch_norm_ ? batch_norm_->forward(value) : value;
}

/// Norm(x) by the batch's statistics, without gradients and without changing the running
/// statistics.
at::Tensor Norm::with_batch_statistics(const Convolved& x,
                                       const Implementation& implementation) const {
  const torch::NoGradGuard no_grad;
  return at::batch_norm(x.value(implementation), batch_norm_->weight, batch_norm_->bias, {}, {},
                        true, 0, batch_norm_->options.eps(), false);
}

}  // namespace reslab
