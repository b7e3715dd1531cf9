#include "reslab/model/norm.h"

#include <torch/nn/modules/linear.h>

#include "reslab/kernels/fused_layer.h"
#include "reslab/model/observer.h"

namespace reslab {
namespace {

torch::nn::BatchNorm2dOptions batch_norm_options(std::int64_t channels,
                                                 const BatchNormOptions& options) {
  return torch::nn::BatchNorm2dOptions(channels).momentum(options.momentum).eps(options.eps);
}

}  // namespace

Norm::Norm(std::int64_t channels, const std::optional<BatchNormOptions>& options) {
  if (options) {
    batch_norm_ =
        std::make_shared<torch::nn::BatchNorm2dImpl>(batch_norm_options(channels, *options));
    module_ = batch_norm_;
  } else {
    module_ = std::make_shared<torch::nn::IdentityImpl>();
  }
}

at::Tensor Norm::operator()(const Convolved& x) const {
  if (!batch_norm_) return x.value();
  if (!folds(x)) return batch_norm_->forward(x.value());
  const auto [scale, offset] = line();
  return x.scaled(scale, offset);
}

bool Norm::folds(const Convolved& x) const {
  return FusedScope::fused() && batch_norm_ && !batch_norm_->is_training() && x.is_pending();
}

at::Tensor Norm::folded_relu(const Convolved& x, const at::Tensor& shortcut) const {
  const auto [scale, offset] = line();
  return x.scaled_relu(scale, offset, shortcut);
}

Norm::Line Norm::line() const {
  const auto& bn = *batch_norm_;
  const auto scale = bn.weight * (bn.running_var + bn.options.eps()).rsqrt();
  return {scale, bn.bias - bn.running_mean * scale};
}

bool Norm::fuses(const Convolved& x) const {
  return FusedScope::fused() && batch_norm_ && batch_norm_->is_training() &&
         (x.is_pending() ? x.fuses() : has_fused_norm(x.value()));
}

at::Tensor Norm::fused_relu(const Convolved& x, const at::Tensor& shortcut) const {
  auto& bn = *batch_norm_;
  bn.num_batches_tracked.add_(1);
  const NormTensors tensors{bn.weight, bn.bias, bn.running_mean, bn.running_var};
  const auto momentum = *bn.options.momentum();
  return x.is_pending()
             ? fused_layer(x.input(), x.weight(), tensors, momentum, bn.options.eps(), shortcut)
             : fused_norm_relu(x.value(), tensors, momentum, bn.options.eps(), shortcut);
}

at::Tensor Norm::of_batch(const Convolved& x) const {
  const torch::NoGradGuard no_grad;
  return at::batch_norm(x.value(), batch_norm_->weight, batch_norm_->bias, {}, {}, true, 0,
                        batch_norm_->options.eps(), false);
}

at::Tensor norm(const Norm& n, const Convolved& x) {
  auto y = n(x);
  show_response(*n.module(), [&y] { return y; });
  return y;
}

namespace {

/// ReLU(Norm(x) + shortcut), without a shortcut where that is undefined, operator by operator or by
/// the fused one.
at::Tensor relu_of(const Norm& n, const Convolved& x, const at::Tensor& shortcut) {
  // What is inside a fused operator is computed by itself for an observer.
  if (n.folds(x)) {
    show_response(*n.module(), [&] { return n(x); });
    return n.folded_relu(x, shortcut);
  }
  const Convolved input = n.fuses(x) ? x : x.value();
  if (n.fuses(input)) {
    show_response(*n.module(), [&] { return n.of_batch(input); });
    return n.fused_relu(input, shortcut);
  }
  auto y = norm(n, input);
  // Without BatchNorm it may be a tensor that others use as well.
  if (!n.normalizes()) return (shortcut.defined() ? y + shortcut : y).relu();
  return (shortcut.defined() ? y.add_(shortcut) : y).relu_();
}

}  // namespace

at::Tensor norm_relu(const Norm& n, const Convolved& x) { return relu_of(n, x, {}); }

at::Tensor norm_add_relu(const Norm& n, const Convolved& x, const at::Tensor& shortcut) {
  return relu_of(n, x, shortcut);
}

}  // namespace reslab
