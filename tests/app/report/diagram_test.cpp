#include "app/report/diagram.h"

#include <gmock/gmock.h>

#include "text_search.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;
using testing::Not;

const DiagramColumn kSmall = {
    .title = "small <&>",
    .caption = "1 parameter",
    .boxes = {{"3×3 conv, 8", 32}, {"3×3 conv, 8", 32}, {"linear, 10", 1}},
    .shortcuts = {{.first = 1, .last = 1}}};

TEST(Diagram, DrawsEveryLayerAndSize) {
  const auto svg = draw_diagram({kSmall});
  EXPECT_EQ(count(svg, ">3×3 conv, 8<"), 2);
  EXPECT_THAT(svg, HasSubstr(">linear, 10<"));
  EXPECT_THAT(svg, HasSubstr(">output 32<"));
  EXPECT_THAT(svg, HasSubstr(">small &lt;&amp;&gt;<"));
  EXPECT_THAT(svg, Not(HasSubstr("stroke-dasharray")));
}

TEST(Diagram, MarksShortcuts) {
  auto column = kSmall;
  column.shortcuts = {{.first = 0, .last = 0, .changes_shape = true},
                      {.first = 1, .last = 1, .gated = true}};
  const auto svg = draw_diagram({column});
  EXPECT_EQ(count(svg, "stroke-dasharray"), 1);
  EXPECT_EQ(count(svg, ">T<"), 1);
}

TEST(Diagram, LayersOfOneSizeStandSideBySide) {
  const DiagramColumn other = {.title = "other", .boxes = {{"conv", 32}, {"narrow conv", 16}}};
  const auto svg = draw_diagram({kSmall, other});
  EXPECT_EQ(count(svg, ">output 32<"), 1);
  EXPECT_LT(svg.find(">output 32<"), svg.find(">output 16<"));
  EXPECT_LT(svg.find(">output 16<"), svg.find(">output 1<"));
}

}  // namespace
}  // namespace reslab::app
