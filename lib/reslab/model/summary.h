#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "reslab/execution/implementation.h"
#include "reslab/model/network.h"
#include "reslab/model/network_counts.h"

namespace reslab {

/// One layer with parameters, in the order of the forward pass.
struct LayerSummary {
  std::string name;                  // "layer1.0.conv1"
  std::string operation;             // "conv 3×3, stride 2", "batch norm", "linear"
  std::vector<std::int64_t> output;  // shape without the batch: (C, H, W) or (C)
  std::int64_t parameters = 0;
  std::int64_t macs = 0;  // multiply-adds per image; zero for BatchNorm
};

struct NetworkSummary : NetworkCounts {
  std::vector<LayerSummary> layers;
};

/// Describes the layers in the traced graph of the network, for images of size×size pixels.
NetworkSummary summarize(Network& network, std::int64_t size);

/// The implementation of each convolution, each linear layer and each BatchNorm that is not
/// computed together with the convolution before it, by the layer's name. Runs the network on two
/// images of size×size pixels; with `training`, this changes the running statistics. The network
/// must be on the policy's device.
std::map<std::string, Implementation> implementations(Network& network, std::int64_t size,
                                                      const Execution& execution, bool training);

}  // namespace reslab
