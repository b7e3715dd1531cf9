#include "reslab/model/block.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/DistributionsHelper.h>

namespace reslab {

Block::Block(const NetworkSpec& spec, const BlockShape& shape, const BlockPlace& place,
             const LayerMaker& make)
    : connection_(spec.connection),
      activation_(spec.activation),
      gating_(spec.gating),
      residual_scale_(spec.residual_scale),
      survival_(place.survival) {
  const auto layers = block_layers(spec, shape);
  transform_.emplace(*this, layers, make);
  if (connection_ == Connection::plain) return;
  shortcut_.emplace(*this, spec, shape, layers, make);
  // The first block follows the appendix of Identity Mappings, projections follow the authors'
  // code.
  shares_activation_ = place.first || shortcut_->projects();
  if (layers.gate) gate_ = register_module("gate", make.gate(*layers.gate));
}

at::Tensor Block::forward(const at::Tensor& x) {
  const auto start = pre_activated(x);
  if (connection_ == Connection::plain)
    return transform_->last_norm().relu(transform_->convolve(start));
  const auto s = shortcut_->forward(shares_activation_ ? start : x, is_training());
  if (connection_ == Connection::highway) return gated(transform_->convolve(start), s, x);
  return is_training() && dropped_ ? without_transform(s)
                                   : residual(transform_->convolve(start), s);
}

at::Tensor Block::pre_activated(const at::Tensor& x) {
  if (activation_ == Activation::full_pre_activation) return transform_->first_norm().relu(x);
  return activation_ == Activation::relu_only_pre_activation ? x.relu() : x;
}

at::Tensor Block::residual(const Convolved& y, const at::Tensor& s) {
  const auto& last = transform_->last_norm();
  switch (activation_) {
    case Activation::original:
      break;
    case Activation::bn_after_addition:
      return last.relu(scaled(y.value()) + s);
    case Activation::relu_before_addition:
      return scaled(last.relu(y)) + s;
    case Activation::relu_only_pre_activation:
      return scaled(last(y)) + s;
    case Activation::full_pre_activation:
      return scaled(y.value()) + s;
  }
  const bool unscaled = residual_scale_ == 1 && (is_training() || survival_ == 1);
  return unscaled ? last.add_relu(y, s) : (scaled(last(y)) + s).relu_();
}

at::Tensor Block::without_transform(const at::Tensor& s) {
  switch (activation_) {
    case Activation::original:
      return s.relu();
    case Activation::bn_after_addition:
      return transform_->last_norm().relu(s);
    case Activation::relu_before_addition:
    case Activation::relu_only_pre_activation:
    case Activation::full_pre_activation:
      break;
  }
  return s;
}

at::Tensor Block::gated(const Convolved& y, const at::Tensor& s, const at::Tensor& x) {
  const auto t = gate_value(gate_, x);
  const auto f = transform_->last_norm()(y);
  // The tracer records C++'s `1 - t` as a tensor that is filled in place, so rsub is used.
  const auto sum = gating_ == Gating::exclusive ? s + t * (f - s) : f + at::rsub(t, 1) * s;
  return sum.relu();
}

/// Scales F(x) before the addition. In evaluation the scale includes the survival probability (Deep
/// Networks with Stochastic Depth, section 3).
at::Tensor Block::scaled(const at::Tensor& f) const {
  const auto scale = residual_scale_ * (is_training() ? 1 : survival_);
  return scale == 1 ? f : f * scale;
}

void Block::draw_depth() {
  if (survival_ == 1) return;
  auto generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard lock(generator.mutex());
  at::uniform_real_distribution<float> uniform(0, 1);
  dropped_ = uniform(at::check_generator<at::CPUGeneratorImpl>(generator)) >= survival_;
}

}  // namespace reslab
