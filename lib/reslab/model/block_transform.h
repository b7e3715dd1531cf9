#pragma once

#include <cstdint>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>

#include "reslab/model/layers.h"

namespace reslab {

/// The transform F of a block (block_kind.h): convolutions `conv1`, `conv2`, … and one norm for
/// each, `bn1`, `bn2`, …. The block registers them under these names, which are torchvision's. A
/// norm follows the convolution of its number; with full pre-activation it precedes it.
class BlockTransform {
 public:
  BlockTransform(torch::nn::Module& block, const BlockLayers& layers, const LayerMaker& make);

  /// The convolutions with ReLU(Norm) between them, from (N, in_channels, H, W) to
  /// (N, out_channels, H/stride, W/stride).
  Convolved convolve(const at::Tensor& x);

  const Norm& first_norm() const { return norms_.front(); }
  const Norm& last_norm() const { return norms_.back(); }

 private:
  std::vector<torch::nn::Conv2d> convolutions_;
  std::vector<Norm> norms_;
  bool norms_precede_;
};

}  // namespace reslab
