#pragma once

#include <cstdint>
#include <optional>

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "reslab/model/network_spec.h"
#include "reslab/model/norm.h"

namespace reslab {

/// Makes a network's layers the way its spec says: initial weights, BatchNorm or a bias in its
/// place.
class LayerMaker {
 public:
  LayerMaker(const NetworkSpec& spec, const BatchNormOptions& batch_norm);

  /// A k×k convolution that keeps the size at stride 1; with a bias where no BatchNorm follows.
  torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                std::int64_t stride = 1) const;
  /// The same with a bias of this value at the start.
  torch::nn::Conv2d biased_convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                       std::int64_t stride, double bias) const;
  torch::nn::Conv2d convolution(const torch::nn::Conv2dOptions& options) const;

  Norm norm(std::int64_t channels) const { return {channels, batch_norm_}; }

  /// A fully connected layer, bias zero.
  torch::nn::Linear linear(std::int64_t in, std::int64_t out) const;

 private:
  enum class Fan { in, out };
  void initialize(const at::Tensor& weight, Fan he_fan) const;

  std::optional<BatchNormOptions> batch_norm_;  // none: a network without
  Initialization initialization_;
  double sigma_;
};

}  // namespace reslab
