#pragma once

#include <cstdint>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>

#include "reslab/model/layers.h"
#include "reslab/model/network_spec.h"
#include "reslab/model/shortcut.h"

namespace reslab {

/// F of a block (Fig. 5): its convolutions `conv1`, `conv2`, … and as many norms `bn1`, `bn2`, …,
/// registered with the block under these names, torchvision's. A norm follows the convolution of
/// its number; with full pre-activation it precedes it.
class BlockTransform {
 public:
  BlockTransform(torch::nn::Module& block, const NetworkSpec& spec, const BlockShape& shape,
                 const LayerMaker& make);

  /// From the input of the first convolution to the output of the last, with ReLU(Norm) between
  /// them. (N, in_channels, H, W) to (N, out_channels, H/stride, W/stride).
  Convolved convolve(const at::Tensor& x);

  const Norm& first_norm() const { return norms_.front(); }
  const Norm& last_norm() const { return norms_.back(); }

 private:
  std::vector<torch::nn::Conv2d> convolutions_;
  std::vector<Norm> norms_;
  bool norms_precede_;
};

/// Channels that a block gives per channel of its stage: 1 for basic, 4 for bottleneck.
std::int64_t expansion(BlockKind kind);

}  // namespace reslab
