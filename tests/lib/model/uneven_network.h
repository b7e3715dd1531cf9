#pragma once

#include <algorithm>
#include <memory>

#include <torch/torch.h>

#include "reslab/model/network.h"

namespace reslab {

/// The width of the images that tests give to a network: smaller than the papers', and odd.
inline std::int64_t test_image_size(Family family) {
  return default_image_size(family) == 32 ? 17
                                          : std::max<std::int64_t>(45, smallest_image_size(family));
}

/// Gives each BatchNorm scales and shifts, and the statistics of what it gets to see, as a training
/// does. Elsewhere signals double from block to block, or none passes the ReLUs. The shifts let
/// most of a signal through the ReLU behind them: with shifts around zero, a deep plain network
/// makes of a rounding error 1.2 times as much in each layer.
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
  const auto size = test_image_size(network.spec().family);
  if (!norms.empty())
    network.forward(torch::randn({8, network.spec().in_channels, size, size + 2}));
  for (auto* norm : norms) norm->options.momentum(BatchNormOptions{}.momentum);
  network.train();
}

/// A network whose every value is its own and has an effect: also BatchNorm's scales, shifts and
/// statistics. Rounding errors stay small in it, however deep it is.
inline std::shared_ptr<Network> uneven_network(const NetworkSpec& spec) {
  auto network = make_network(spec, 3);
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
