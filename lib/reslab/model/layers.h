#pragma once

#include <cstdint>
#include <optional>

#include <torch/nn/init.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "reslab/model/layer_shapes.h"
#include "reslab/model/network_spec.h"
#include "reslab/model/norm.h"

namespace reslab {

/// Makes layers and their initial weights according to a network's spec.
class LayerMaker {
 public:
  LayerMaker(const NetworkSpec& spec, const BatchNormOptions& batch_norm);

  /// A convolution. Its bias, if it has one, is initially zero.
  torch::nn::Conv2d convolution(const ConvolutionShape& shape) const;
  /// The convolution of a gate, whose bias is initially the spec's `gate_bias`.
  torch::nn::Conv2d gate(const ConvolutionShape& shape) const;

  Norm norm(std::int64_t channels) const { return {channels, batch_norm_}; }

  /// A linear layer; its bias is initially zero.
  torch::nn::Linear linear(const LinearShape& shape) const;

 private:
  void initialize(const at::Tensor& weight, torch::nn::init::FanModeType he_fan) const;

  std::optional<BatchNormOptions> batch_norm_;  // empty: a network without BatchNorm
  Initialization initialization_;
  double sigma_;
  double gate_bias_;
};

/// T(x) = sigmoid(gate(x)) for x (N, C, H, W). Shows it to the observer of the forward pass.
at::Tensor gate_value(const torch::nn::Conv2d& gate, const at::Tensor& x);

/// layer(x) for x (N, in), computed as the execution policy says.
at::Tensor linear(const torch::nn::Linear& layer, const at::Tensor& x);

}  // namespace reslab
