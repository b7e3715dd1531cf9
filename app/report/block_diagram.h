#pragma once

#include <string>
#include <vector>

namespace reslab::app {

/// A building block, as it is drawn.
struct BlockDiagram {
  std::string title;                 // "resnet-50"
  std::vector<std::string> path;     // the transform F, first step first: "3×3 conv, 64", "ReLU"
  std::string shortcut;              // "identity"; empty in a plain block
  std::string gate;                  // "T(x) = σ(1×1 conv)"; empty without a gate
  bool gates_transform = false;      // the gate multiplies F(x) by T, too
  std::vector<std::string> after{};  // what follows the addition: "ReLU"
};

/// Draws blocks side by side as a standalone SVG, as in Deep Residual Learning, Fig. 2 and 5, and
/// Identity Mappings in Deep Residual Networks, Fig. 2 and 4.
std::string draw_blocks(const std::vector<BlockDiagram>& blocks);

}  // namespace reslab::app
