#pragma once

#include <cstdint>
#include <memory>

#include <torch/nn/module.h>

#include "reslab/model/layers.h"
#include "reslab/model/network_spec.h"

namespace reslab {

/// From a block's input to its output: what both have to agree on.
struct BlockShape {
  std::int64_t in_channels;
  std::int64_t out_channels;
  std::int64_t stride;

  bool changes() const { return in_channels != out_channels || stride != 1; }
};

/// A 1×1 convolution and, where it has one, its BatchNorm: torchvision's `downsample`.
class Projection : public torch::nn::Module {
 public:
  Projection(const BlockShape& shape, const LayerMaker& make, bool with_norm);
  at::Tensor forward(const at::Tensor& x);

 private:
  torch::nn::Conv2d convolution_;
  std::optional<Norm> norm_;
};

/// S(x) of a block: options A, B and C (section 4.1), scaled and with dropout where the spec says
/// so (Identity Mappings, Table 1). Registers its projection as `downsample` of the block.
class ShortcutPath {
 public:
  ShortcutPath(torch::nn::Module& block, const NetworkSpec& spec, const BlockShape& shape,
               const LayerMaker& make);

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
