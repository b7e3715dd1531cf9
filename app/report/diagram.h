#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reslab::app {

/// A layer of a network, drawn as a box.
struct DiagramBox {
  std::string text;       // "3×3 conv, 64"
  std::int64_t size = 0;  // height and width of its output, 1 for linear layers
};

/// A shortcut from the input of one box to the output of another one of the same network.
struct DiagramShortcut {
  std::size_t first;
  std::size_t last;
  bool changes_shape = false;  // dotted
  bool gated = false;          // marked with a T
};

struct DiagramColumn {
  std::string title;              // "resnet-34"
  std::string caption = {};       // "21.8M parameters, 3.66G multiply-adds"
  std::vector<DiagramBox> boxes;  // in the order of the forward pass
  std::vector<DiagramShortcut> shortcuts = {};
};

/// Draws networks side by side as a standalone SVG, as in Deep Residual Learning, Fig. 3. Layers
/// with outputs of the same size have the same height and colour.
std::string draw_diagram(const std::vector<DiagramColumn>& columns);

}  // namespace reslab::app
