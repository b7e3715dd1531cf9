#include "app/command/network_diagram.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "refusal.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

DiagramColumn column_of(const std::string& name) {
  const auto spec = parse_network(name);
  const auto size = default_image_size(spec);
  return diagram_column(spec, summarize(*make_network(spec, 1), size), size);
}

// Boxes: convolutions, pooling and linear layers (Deep Residual Learning, Fig. 3 and Table 1).
TEST(NetworkDiagram, HasThePapersLayersAndShortcuts) {
  struct Case {
    std::string network;
    std::size_t boxes;
    std::size_t shortcuts;
    std::ptrdiff_t shape_changes;
  };
  for (const auto& [network, boxes, shortcuts, changes] :
       {Case{"vgg-19", 16 + 5 + 3, 0, 0}, Case{"plain-34", 33 + 2 + 1, 0, 0},
        Case{"resnet-34", 33 + 2 + 1, 16, 3}, Case{"resnet-50", 49 + 2 + 1, 16, 4},
        Case{"resnet-20", 19 + 1 + 1, 9, 2}, Case{"highway-20", 19 + 1 + 1, 9, 2},
        Case{"alexnet", 5 + 3 + 3, 0, 0}, Case{"highway-19", 18 + 3 + 1, 14, 0},
        Case{"wide-16:width=2", 13 + 1 + 1, 6, 3}}) {
    SCOPED_TRACE(network);
    const auto column = column_of(network);
    EXPECT_EQ(column.title, network);
    EXPECT_EQ(column.boxes.size(), boxes);
    EXPECT_EQ(column.shortcuts.size(), shortcuts);
    EXPECT_EQ(std::ranges::count(column.shortcuts, true, &DiagramShortcut::changes_shape), changes);
  }
}

TEST(NetworkDiagram, NamesLayersAndTheirSizes) {
  const auto boxes = column_of("resnet-34").boxes;
  EXPECT_EQ(boxes[0].text, "7×7 conv, 64, /2");
  EXPECT_EQ(boxes[0].size, 112);
  EXPECT_EQ(boxes[1].text, "max pool, /2");
  EXPECT_EQ(boxes[1].size, 56);
  EXPECT_EQ(boxes[8].text, "3×3 conv, 128, /2");
  EXPECT_EQ(boxes[8].size, 28);
  EXPECT_EQ(boxes[34].text, "average pool");
  EXPECT_EQ(boxes[35].text, "linear, 1000");
}

TEST(NetworkDiagram, OnlyHighwayShortcutsAreGated) {
  EXPECT_TRUE(column_of("highway-8").shortcuts.front().gated);
  EXPECT_FALSE(column_of("resnet-8").shortcuts.front().gated);
}

BlockDiagram block_of(const std::string& name) {
  const auto spec = parse_network(name);
  return block_diagram(spec, summarize(*make_network(spec, 1), default_image_size(spec)));
}

// Deep Residual Learning, Fig. 2 and 5; Identity Mappings in Deep Residual Networks, Fig. 4.
TEST(NetworkDiagram, BlocksHaveThePapersSteps) {
  struct Case {
    std::string network;
    std::vector<std::string> path;
    std::vector<std::string> after;
  };
  const std::string conv = "3×3 conv, 16";
  const std::string norm = "BatchNorm";
  const std::string relu = "ReLU";
  for (const auto& [network, path, after] : std::vector<Case>{
           {"resnet-20", {conv, norm, relu, conv, norm}, {relu}},
           {"resnet-20:activation=bn-after-addition", {conv, norm, relu, conv}, {norm, relu}},
           {"resnet-20:activation=relu-before-addition", {conv, norm, relu, conv, norm, relu}, {}},
           {"resnet-20:activation=relu-only-pre-activation",
            {relu, conv, norm, relu, conv, norm},
            {}},
           {"resnet-20:activation=full-pre-activation", {norm, relu, conv, norm, relu, conv}, {}},
           {"resnet-20:batch_norm=false", {conv, relu, conv}, {relu}},
           {"resnet-50",
            {"1×1 conv, 64", norm, relu, "3×3 conv, 64", norm, relu, "1×1 conv, 256", norm},
            {relu}}}) {
    const auto block = block_of(network);
    EXPECT_EQ(block.path, path) << network;
    EXPECT_EQ(block.after, after) << network;
    EXPECT_EQ(block.shortcut, "identity") << network;
  }
}

TEST(NetworkDiagram, BlocksHaveTheirConnection) {
  EXPECT_EQ(block_of("plain-20").shortcut, "");
  EXPECT_EQ(block_of("resnet-20:shortcut=C").shortcut, "1×1 conv, 16");
  const auto highway = block_of("highway-20");
  EXPECT_EQ(highway.gate, "T(x) = σ(1×1 conv)");
  EXPECT_TRUE(highway.gates_transform);
  EXPECT_FALSE(block_of("highway-20:gating=shortcut-only").gates_transform);
  EXPECT_EQ(refusal([] { block_of("vgg-11"); }).size(), 1U);
}

}  // namespace
}  // namespace reslab::app
