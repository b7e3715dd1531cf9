#include "reslab/model/shortcut.h"

#include "reslab/model/layers.h"

namespace reslab {

ShortcutPath::ShortcutPath(torch::nn::Module& block, const NetworkSpec& spec,
                           const BlockShape& shape, const BatchNormOptions& norm)
    : shape_(shape), padding_(spec.padding) {
  const bool projects =
      spec.shortcut == Shortcut::C || (spec.shortcut == Shortcut::B && shape.changes());
  if (!projects) return;
  projection_ = convolution(shape.in_channels, shape.out_channels, 1, shape.stride);
  norm_ = batch_norm(shape.out_channels, norm);
  block.register_module("downsample", torch::nn::Sequential(projection_, norm_));
}

at::Tensor ShortcutPath::operator()(const at::Tensor& x) {
  if (projection_) return norm(norm_, projection_->forward(x));
  if (!shape_.changes()) return x;
  const auto extra = shape_.out_channels - shape_.in_channels;
  const auto before = padding_ == Padding::both ? extra / 2 : 0;
  const auto sampled = x.slice(2, 0, {}, shape_.stride).slice(3, 0, {}, shape_.stride);
  return at::constant_pad_nd(sampled, {0, 0, 0, 0, before, extra - before});
}

}  // namespace reslab
