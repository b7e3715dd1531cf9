#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/model/network.h"

namespace reslab {

/// One layer with parameters, as the forward pass meets it.
struct LayerSummary {
  std::string name;                  // "layer1.0.conv1"
  std::string operation;             // "conv 3×3, stride 2", "batch norm", "linear"
  std::vector<std::int64_t> output;  // shape without the batch: (C, H, W) or (C)
  std::int64_t parameters = 0;
  std::int64_t macs = 0;  // multiply-adds for one image, of convolutions and linear layers
};

struct NetworkSummary {
  std::vector<LayerSummary> layers;
  std::int64_t parameters = 0;
  std::int64_t macs = 0;  // what the paper calls FLOPs
};

/// Counts layer by layer from the traced graph, for images of size×size.
NetworkSummary summarize(Network& network, std::int64_t size);

}  // namespace reslab
