#pragma once

#include <cstdint>

#include <torch/nn/module.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>

#include "reslab/model/network_spec.h"
#include "reslab/model/norm.h"

namespace reslab {

/// From a block's input to its output: what both have to agree on.
struct BlockShape {
  std::int64_t in_channels;
  std::int64_t out_channels;
  std::int64_t stride;

  bool changes() const { return in_channels != out_channels || stride != 1; }
};

/// S(x) of a block (section 4.1, options A, B and C). Registers its projection, if it has one, as
/// `downsample` of the block, torchvision's name for it.
class ShortcutPath {
 public:
  ShortcutPath(torch::nn::Module& block, const NetworkSpec& spec, const BlockShape& shape,
               const BatchNormOptions& norm);

  /// (N, in_channels, H, W) to (N, out_channels, H/stride, W/stride), rounded up.
  at::Tensor operator()(const at::Tensor& x);

 private:
  BlockShape shape_;
  Padding padding_;
  torch::nn::Conv2d projection_{nullptr};
  torch::nn::BatchNorm2d norm_{nullptr};
};

}  // namespace reslab
