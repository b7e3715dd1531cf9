#include "app/report/block_diagram.h"

#include <gtest/gtest.h>

#include "text_search.h"

namespace reslab::app {
namespace {

TEST(BlockDiagram, DrawsStepsShortcutAndGate) {
  const BlockDiagram plain = {
      .title = "plain", .path = {"conv", "ReLU"}, .shortcut = "", .gate = ""};
  auto residual = plain;
  residual.shortcut = "identity";
  residual.after = {"ReLU"};
  auto highway = residual;
  highway.gate = "T(x) = σ(conv)";
  highway.gates_transform = true;
  const auto signs = [](const BlockDiagram& block) {
    const auto svg = draw_blocks({block});
    return std::pair(count(svg, ">+<"), count(svg, ">×<"));
  };
  EXPECT_EQ(signs(plain), std::pair(0, 0));
  EXPECT_EQ(signs(residual), std::pair(1, 0));
  EXPECT_EQ(signs(highway), std::pair(1, 2));
  highway.gates_transform = false;
  EXPECT_EQ(signs(highway), std::pair(1, 1));
  EXPECT_EQ(count(draw_blocks({plain, residual, highway}), ">conv<"), 3);
  EXPECT_EQ(count(draw_blocks({residual}), ">ReLU<"), 2);
}

}  // namespace
}  // namespace reslab::app
