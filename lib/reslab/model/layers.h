#pragma once

#include <cstdint>
#include <optional>

#include <torch/nn/init.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "reslab/model/network_spec.h"
#include "reslab/model/norm.h"

namespace reslab {

/// Makes layers and their initial weights according to a network's spec. Convolutions have a
/// bias if the network has no BatchNorm.
class LayerMaker {
 public:
  LayerMaker(const NetworkSpec& spec, const BatchNormOptions& batch_norm);

  /// A k×k convolution, padded so that stride 1 keeps the image size.
  torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                std::int64_t stride = 1) const;
  /// The convolution of a gate, which has a bias in any network.
  torch::nn::Conv2d gate(std::int64_t in, std::int64_t out, std::int64_t stride) const;
  /// A convolution with these options. Its bias, if it has one, is initially zero.
  torch::nn::Conv2d convolution(const torch::nn::Conv2dOptions& options) const;

  Norm norm(std::int64_t channels) const { return {channels, batch_norm_}; }

  /// A linear layer; its bias is initially zero.
  torch::nn::Linear linear(std::int64_t in, std::int64_t out) const;

 private:
  void initialize(const at::Tensor& weight, torch::nn::init::FanModeType he_fan) const;

  std::optional<BatchNormOptions> batch_norm_;  // empty: a network without BatchNorm
  Initialization initialization_;
  double sigma_;
  std::int64_t gate_kernel_;
  double gate_bias_;
};

/// T(x) = sigmoid(gate(x)) for x (N, C, H, W). Shows it to the observer of the forward pass.
at::Tensor gate_value(const torch::nn::Conv2d& gate, const at::Tensor& x);

/// layer(x) for x (N, in), computed as the execution policy says.
at::Tensor linear(const torch::nn::Linear& layer, const at::Tensor& x);

}  // namespace reslab
