#include "reslab/model/shortcut.h"

namespace reslab {

Projection::Projection(const ConvolutionShape& shape, const LayerMaker& make, bool with_norm)
    : convolution_(register_module("0", make.convolution(shape))) {
  if (!with_norm) return;
  norm_ = make.norm(shape.out_channels);
  register_module("1", norm_->module());
}

at::Tensor Projection::forward(const at::Tensor& x) {
  const Convolved y(convolution_, x);
  return norm_ ? norm_->unobserved(y) : y.value();
}

ShortcutPath::ShortcutPath(torch::nn::Module& block, const NetworkSpec& spec,
                           const BlockShape& shape, const BlockLayers& layers,
                           const LayerMaker& make)
    : shape_(shape),
      padding_(spec.padding),
      scale_(spec.shortcut_scale),
      dropout_(spec.shortcut_dropout) {
  if (!layers.projection) return;
  projection_ = block.register_module(
      "downsample",
      std::make_shared<Projection>(*layers.projection, make, layers.projection_has_norm));
}

at::Tensor ShortcutPath::forward(const at::Tensor& x, bool training) {
  auto s = projection_ ? projection_->forward(x) : shape_.changes() ? padded_identity(x) : x;
  if (training && dropout_ > 0) s = at::dropout(s, dropout_, true);
  return scale_ == 1 ? s : s * scale_;
}

at::Tensor ShortcutPath::padded_identity(const at::Tensor& x) const {
  const auto extra = shape_.out_channels - shape_.in_channels;
  const auto before = padding_ == Padding::both ? extra / 2 : 0;
  const auto sampled = x.slice(2, 0, {}, shape_.stride).slice(3, 0, {}, shape_.stride);
  return at::constant_pad_nd(sampled, {0, 0, 0, 0, before, extra - before});
}

}  // namespace reslab
