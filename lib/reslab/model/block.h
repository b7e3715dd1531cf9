#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>

#include "reslab/model/shortcut.h"

namespace reslab {

/// A building block (section 3): a transform F, whose layers a derived class holds, and the
/// connection of F(x) with x, which is here.
class Block : public torch::nn::Module {
 public:
  /// (N, in_channels, H, W) to (N, out_channels, H/stride, W/stride).
  virtual at::Tensor forward(const at::Tensor& x) = 0;

 protected:
  Block(const NetworkSpec& spec, const BlockShape& shape, const BatchNormOptions& norm);

  /// ReLU of the connection of x with F(x) = BatchNorm(y), y being the last convolution's output.
  at::Tensor connect(torch::nn::BatchNorm2d& last_norm, const at::Tensor& y, const at::Tensor& x);

 private:
  Connection connection_;
  std::optional<ShortcutPath> shortcut_;  // none in a plain block
  torch::nn::Conv2d gate_{nullptr};
};

/// Channels that a block gives per channel of its stage: 1 for basic, 4 for bottleneck.
std::int64_t expansion(BlockKind kind);

/// A block of the spec's kind; `channels` is the stage's own number (16, 32, 64 … or 64 … 512).
std::shared_ptr<Block> make_block(const NetworkSpec& spec, std::int64_t in_channels,
                                  std::int64_t channels, std::int64_t stride,
                                  const BatchNormOptions& norm);

}  // namespace reslab
