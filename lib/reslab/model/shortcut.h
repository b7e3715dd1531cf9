#pragma once

#include <cstdint>
#include <memory>

#include <torch/nn/module.h>

#include "reslab/model/layers.h"
#include "reslab/model/network_spec.h"

namespace reslab {

/// A 1×1 convolution, with BatchNorm or without: torchvision's `downsample`.
class Projection : public torch::nn::Module {
 public:
  Projection(const ConvolutionShape& shape, const LayerMaker& make, bool with_norm);
  at::Tensor forward(const at::Tensor& x);

 private:
  torch::nn::Conv2d convolution_;
  std::optional<Norm> norm_;
};

/// The shortcut S(x) of a block: options A, B and C (Deep Residual Learning, section 4.1), with the
/// spec's scale and dropout (Identity Mappings, Table 1). Registers a projection as the block's
/// `downsample`.
class ShortcutPath {
 public:
  /// `layers`: block_layers(spec, shape).
  ShortcutPath(torch::nn::Module& block, const NetworkSpec& spec, const BlockShape& shape,
               const BlockLayers& layers, const LayerMaker& make);

  /// (N, in_channels, H, W) to (N, out_channels, H/stride, W/stride), rounded up.
  at::Tensor forward(const at::Tensor& x, bool training);

  bool projects() const { return projection_ != nullptr; }

 private:
  at::Tensor padded_identity(const at::Tensor& x) const;

  BlockShape shape_;
  Padding padding_;
  double scale_;
  double dropout_;
  std::shared_ptr<Projection> projection_;
};

}  // namespace reslab
