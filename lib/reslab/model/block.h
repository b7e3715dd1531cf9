#pragma once

#include <optional>

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>

#include "reslab/model/block_transform.h"
#include "reslab/model/shortcut.h"

namespace reslab {

/// The place of a block in its network.
struct BlockPlace {
  bool first = false;   // of the whole network
  double survival = 1;  // probability that a training step computes F
};

/// A building block: a transform F and the connection of F(x) and x (Deep Residual Learning,
/// section 3; Highway Networks, section 2; Identity Mappings, Fig. 2 and 4).
class Block : public torch::nn::Module {
 public:
  Block(const NetworkSpec& spec, const BlockShape& shape, const BlockPlace& place,
        const LayerMaker& make);

  /// (N, in_channels, H, W) to (N, out_channels, H/stride, W/stride). Dropout on the shortcut draws
  /// from LibTorch's default generator in training mode.
  at::Tensor forward(const at::Tensor& x);

  /// Draws whether forward passes in training mode leave F out until the next call (Deep Networks
  /// with Stochastic Depth, section 3).
  void draw_depth();

 private:
  at::Tensor pre_activated(const at::Tensor& x);
  at::Tensor residual(const Convolved& y, const at::Tensor& s);
  at::Tensor without_transform(const at::Tensor& s);
  at::Tensor gated(const Convolved& y, const at::Tensor& s, const at::Tensor& x);
  at::Tensor scaled(const at::Tensor& f) const;

  Connection connection_;
  Activation activation_;
  Gating gating_;
  double residual_scale_;
  double survival_;
  bool dropped_ = false;  // F, by the last draw_depth()
  std::optional<BlockTransform> transform_;
  std::optional<ShortcutPath> shortcut_;  // none in a plain block
  bool shares_activation_ = false;        // the shortcut starts behind the pre-activation
  torch::nn::Conv2d gate_{nullptr};       // T(x) = sigmoid(gate(x))
};

}  // namespace reslab
