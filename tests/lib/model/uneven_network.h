#pragma once

#include <algorithm>
#include <memory>

#include <torch/torch.h>

#include "reslab/model/network.h"

namespace reslab {

/// The width of the images that tests give to a network: smaller than the papers', and odd.
inline std::int64_t test_image_size(const NetworkSpec& spec) {
  return default_image_size(spec) == 32
             ? 17
             : std::max<std::int64_t>(45, smallest_image_size(spec.family));
}

/// Gives each BatchNorm scales, shifts and the statistics of its input, like a training. With other
/// statistics, signals double from block to block, or no signal passes the ReLUs. The shifts let
/// most values through the next ReLU. With shifts around zero, each layer of a deep plain network
/// multiplies a rounding error by 1.2.
inline void settle_batch_norms(Network& network) {
  std::vector<torch::nn::BatchNorm2dImpl*> norms;
  for (const auto& module : network.modules())
    if (auto* norm = module->as<torch::nn::BatchNorm2d>()) norms.push_back(norm);
  network.eval();  // as dropout and stochastic depth are in evaluation
  for (auto* norm : norms) {
    norm->weight.uniform_(0.7, 1.3);
    norm->bias.uniform_(0, 2);
    norm->train();
    norm->options.momentum(1);
  }
  const auto size = test_image_size(network.spec());
  if (!norms.empty())
    network.forward(torch::randn({8, network.spec().in_channels, size, size + 2}));
  for (auto* norm : norms) norm->options.momentum(BatchNormOptions{}.momentum);
  network.train();
}

/// A network in which all parameters, scales, shifts and statistics differ and have an effect.
/// Rounding errors stay small at any depth.
inline std::shared_ptr<Network> uneven_network(const NetworkSpec& spec) {
  auto network = make_network(spec, 3);
  // With some seeds, rounding in a highway network or bfloat16 exceeds the bounds of the tests.
  torch::manual_seed(9);
  const torch::NoGradGuard no_grad;
  for (auto& parameter : network->parameters()) {
    const bool bias = parameter.dim() == 1;  // which starts at one value for all
    parameter.add_(torch::randn_like(parameter),
                   bias ? 0.3 : 0.1 * parameter.abs().mean().item<double>());
  }
  settle_batch_norms(*network);
  return network;
}

}  // namespace reslab
