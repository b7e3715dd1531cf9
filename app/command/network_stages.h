#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/model/summary.h"

namespace reslab::app {

/// "layer2.0" of "layer2.0.conv1"; empty for a layer outside of the blocks.
std::string block_of(const std::string& layer);

/// Whether the layer is a gate or the projection of a shortcut.
bool is_beside_the_path(const LayerSummary& layer);

/// The kernel size of a convolution: "3×3" of "conv 3×3, stride 2".
std::string kernel_of(const LayerSummary& layer);

/// The layers of one resolution, or those before or after all blocks.
struct StageSummary {
  std::string name;                  // "stem", "layer1", "head"
  std::string content;               // "3 × (3×3 16, 3×3 16)"
  std::vector<std::int64_t> output;  // shape without the batch: (C, H, W) or (C)
  std::int64_t parameters = 0;
  std::int64_t macs = 0;
};

/// The stages of a network, in the order of the forward pass.
std::vector<StageSummary> stages_of(const NetworkSummary& summary);

}  // namespace reslab::app
