#pragma once

#include <memory>

#include <torch/torch.h>

#include "reslab/model/network.h"

namespace reslab {

/// A network whose every value is its own: also BatchNorm's scales, shifts and statistics.
inline std::shared_ptr<Network> uneven_network(const NetworkSpec& spec) {
  auto network = make_network(spec, 3);
  const torch::NoGradGuard no_grad;
  for (auto& parameter : network->parameters())
    parameter.add_(torch::randn_like(parameter),
                   0.1 * parameter.abs().mean().item<double>() + 0.001);
  for (auto& entry : network->named_buffers())
    if (entry.value().is_floating_point()) entry.value().add_(torch::rand_like(entry.value()), 0.2);
  return network;
}

}  // namespace reslab
