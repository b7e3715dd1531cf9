#include "app/report/figure.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>

#include <gmock/gmock.h>

#include "app/report/gnuplot.h"
#include "reslab/base/error.h"
#include "text_search.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;
using testing::Not;

FigureGroup group(const std::string& name, std::size_t style, std::vector<FigurePoint> bold,
                  std::vector<FigurePoint> thin = {}) {
  return {name, style, {{std::move(bold), 2.6}, {std::move(thin), 1}}};
}

Figure figure_of(std::vector<FigureGroup> groups) {
  Figure figure;
  figure.title = "A title";
  figure.groups = std::move(groups);
  figure.x_end = 10;
  return figure;
}

TEST(Figure, HasTextsAsWritten) {
  auto figure = figure_of({group("resnet-34_v1,shortcut=C", 0, {{1, 50}, {2, 5}}),
                           group("<x>&'{y}^2\\n\"@`ls`", 1, {{1, 5}})});
  figure.title = "title_with=odd\n'signs'";
  figure.legend = {"bold: test", "thin: training"};
  const std::string svg = draw(figure);
  EXPECT_EQ(count(svg, "</svg>"), 1);
  EXPECT_EQ(count(svg, "<text>title_with=odd 'signs'</text>"), 1);
  EXPECT_EQ(count(svg, "<title>title_with=odd\n&#39;signs&#39;</title>"), 1);
  EXPECT_EQ(count(svg, "<title>"), 1);
  EXPECT_EQ(count(svg, "<text>resnet-34_v1,shortcut=C</text>"), 1);
  EXPECT_EQ(count(svg, "<text>&lt;x>&amp;'{y}^2\\n\"@`ls`</text>"), 1);
  EXPECT_EQ(count(svg, "<text>bold: test</text>"), 1);
  EXPECT_EQ(count(svg, "<text>thin: training</text>"), 1);
  EXPECT_TRUE(svg == draw(figure));
}

TEST(Figure, EveryOfManyNetworksHasItsOwnLook) {
  std::vector<FigureGroup> groups;
  for (std::size_t i = 0; i < 20; ++i)
    groups.push_back(group("net-" + std::to_string(i), i, {{1, 50}, {2, 5}}));
  const std::string svg = draw(figure_of(groups));
  for (const auto& entry : groups) EXPECT_EQ(count(svg, "<text>" + entry.name + "</text>"), 1);
  std::map<std::string, int> looks;  // of a line with its sample in the legend
  const std::regex path("<path (stroke='rgb[^']*'( stroke-dasharray='[^']*')?) +d=");
  for (std::sregex_iterator at(svg.begin(), svg.end(), path); at != std::sregex_iterator(); ++at)
    ++looks[(*at)[1]];
  EXPECT_EQ(std::count_if(looks.begin(), looks.end(),
                          [](const auto& style) { return style.second == 1; }),
            20);
}

/// The number of points of the first line that is drawn.
int drawn_points(const Figure& figure) {
  const auto svg = draw(figure);
  static const std::regex kLine("<path stroke='rgb\\(  0, 114, 178\\)' +d='([^']*)'");
  constexpr int kInLegend = 2;
  int most = kInLegend;
  for (std::sregex_iterator at(svg.begin(), svg.end(), kLine); at != std::sregex_iterator(); ++at)
    most = std::max(most, count((*at)[1], ","));
  return most - kInLegend;
}

TEST(Figure, LeavesOutWhatHasNoPlaceOnTheAxis) {
  auto figure = figure_of(
      {group("a", 0, {{1, 0}, {2, NAN}, {3, 1e-7}, {4, 2e-7}, {5, 1e-6}, {6, 1e-7}, {7, 1e-6}})});
  EXPECT_TRUE(has_points(figure));
  EXPECT_EQ(drawn_points(figure), 6);
  figure.log_y = true;
  EXPECT_EQ(drawn_points(figure), 5);
  figure.groups[0].lines[0].points.resize(2);
  EXPECT_FALSE(has_points(figure));
}

TEST(Figure, ASingleValueIsAPoint) {
  const auto one = draw(figure_of({group("a", 0, {{5, 50}})}));
  const auto two = draw(figure_of({group("a", 0, {{5, 50}, {6, 50}})}));
  // gnuplot draws a point, and another one in the legend, by reference to its shape.
  EXPECT_EQ(count(one, "<use ") - count(two, "<use "), 2);
}

TEST(Figure, CountsManyIterationsInTenThousands) {
  auto figure = figure_of({group("a", 0, {{64000, 5}})});
  set_iteration_axis(figure, 64000);
  const std::string svg = draw(figure);
  EXPECT_EQ(count(svg, "iterations (×10⁴)"), 1);
  EXPECT_EQ(count(svg, "<text> 6</text>"), 1);
  set_iteration_axis(figure, 500);
  EXPECT_EQ(figure.x_label, "iterations");
}

TEST(Figure, CanBeEmpty) {
  auto figure = figure_of({});
  figure.y_end = 1;
  EXPECT_EQ(count(draw(figure), "<text>A title</text>"), 1);
}

TEST(Figure, AWrongScriptIsOneLine) {
  try {
    run_gnuplot("set terminal svg\nplot nonsense(x)\n");
    FAIL();
  } catch (const IoError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("gnuplot failed: "));
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
  }
}

}  // namespace
}  // namespace reslab::app
