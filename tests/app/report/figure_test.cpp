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
  auto figure = figure_of({group("resnet-34_v1,shortcut=C", 0, {{1, 50, ""}, {2, 5, ""}}),
                           group("<x>&'{y}^2\\n\"@`ls`", 1, {{1, 5, "<p> & 'q' \"r\" \\s"}})});
  figure.title = "title_with=odd\n'signs'";
  figure.legend = {"bold: test", "thin: training"};
  const std::string svg = draw(figure);
  EXPECT_EQ(count(svg, "</svg>"), 1);
  EXPECT_EQ(count(svg, "title_with=odd 'signs'"), 1);
  EXPECT_EQ(count(svg, "<text>resnet-34_v1,shortcut=C</text>"), 1);
  EXPECT_EQ(count(svg, "<text>&lt;x>&amp;'{y}^2\\n\"@`ls`</text>"), 1);
  EXPECT_EQ(count(svg, "<title>&lt;x&gt;&amp;&#39;{y}^2\\n&quot;@`ls`</title>"), 1);
  EXPECT_EQ(count(svg, "showHypertext(evt,'&lt;p> &amp;  q   r   s')"), 1);
  EXPECT_EQ(count(svg, "<text>bold: test</text>"), 1);
  EXPECT_EQ(count(svg, "<text>thin: training</text>"), 1);
  EXPECT_TRUE(svg == draw(figure));
}

/// The text of the element that gnuplot's script hides when entry `number` of the legend is
/// clicked.
std::string element_of(const std::string& svg, int number) {
  const auto open = "<g id=\"gnuplot_plot_" + std::to_string(number) + "\"";
  const auto begin = svg.find(open);
  if (begin == std::string::npos) return {};
  std::size_t at = begin;
  for (int depth = 0; at < svg.size(); ++at) {
    if (svg.compare(at, 2, "<g") == 0) ++depth;
    if (svg.compare(at, 4, "</g>") == 0 && --depth == 0) break;
  }
  return svg.substr(begin, at - begin);
}

TEST(Figure, AClickOnTheLegendHidesAllThatBelongsToTheName) {
  const std::string svg = draw(figure_of(
      {group("a", 0, {{1, 50, "a bold"}, {2, 5, "end"}}, {{1, 60, "a thin"}, {2, 6, "end"}}),
       group("b", 1, {{1, 40, "b bold"}, {2, 4, "end"}}), group("c", 2, {}),
       group("d", 3, {}, {{1, 30, "d thin"}, {2, 3, "end"}})}));
  // gnuplot counts 3 plots of a, 2 of b, 1 of c, 2 of d; a group is named by its first.
  const auto a = element_of(svg, 1), b = element_of(svg, 4), c = element_of(svg, 6),
             d = element_of(svg, 7);
  EXPECT_THAT(
      a, testing::AllOf(HasSubstr("<title>a</title>"), HasSubstr("a bold"), HasSubstr("a thin"),
                        HasSubstr("gnuplot_plot_1_keyentry"), Not(HasSubstr("b bold"))));
  EXPECT_EQ(count(a, "<path stroke='rgb(  0, 114, 178)"), 3);  // two lines, the legend's
  EXPECT_THAT(b, testing::AllOf(HasSubstr("<title>b</title>"), HasSubstr("b bold"),
                                HasSubstr("gnuplot_plot_4_keyentry"), Not(HasSubstr("d thin"))));
  EXPECT_THAT(c, testing::AllOf(HasSubstr("<title>c</title>"), Not(HasSubstr("d thin"))));
  EXPECT_THAT(d, testing::AllOf(HasSubstr("<title>d</title>"), HasSubstr("d thin")));
  EXPECT_EQ(count(svg, "<g id=\"gnuplot_plot_"), 4 + count(svg, "_keyentry\" visib"));
  EXPECT_EQ(count(svg, "<g "), count(svg, "</g>"));
}

TEST(Figure, EveryOfManyNetworksHasItsOwnLook) {
  std::vector<FigureGroup> groups;
  for (std::size_t i = 0; i < 20; ++i)
    groups.push_back(group("net-" + std::to_string(i), i, {{1, 50, ""}, {2, 5, ""}}));
  const std::string svg = draw(figure_of(groups));
  for (const auto& entry : groups) EXPECT_EQ(count(svg, "<text>" + entry.name + "</text>"), 1);
  std::map<std::string, int> looks;  // of a line and of its sample in the legend
  const std::regex path("<path (stroke='rgb[^']*'( stroke-dasharray='[^']*')?) +d=");
  for (std::sregex_iterator at(svg.begin(), svg.end(), path); at != std::sregex_iterator(); ++at)
    ++looks[(*at)[1]];
  EXPECT_EQ(std::count_if(looks.begin(), looks.end(),
                          [](const auto& style) { return style.second == 2; }),
            20);
}

TEST(Figure, LeavesOutWhatHasNoPlaceOnTheAxis) {
  auto figure = figure_of({group("a", 0, {{1, 0, "zero"}, {2, NAN, "nan"}, {3, 1e-7, "small"}})});
  EXPECT_TRUE(has_points(figure));
  const auto shown = [&figure](const std::string& text) {
    return count(draw(figure), "(evt,'" + text + "')");
  };
  EXPECT_EQ(shown("zero"), 1);
  EXPECT_EQ(shown("nan"), 0);
  figure.log_y = true;
  EXPECT_EQ(shown("zero"), 0);
  EXPECT_EQ(shown("small"), 1);
  figure.groups[0].lines[0].points.pop_back();
  EXPECT_FALSE(has_points(figure));
}

TEST(Figure, LongLinesAnswerAtSomePointsAndTheLast) {
  std::vector<FigurePoint> points;
  for (int i = 1; i <= 640; ++i)
    points.push_back({i / 64.0, 1, "point " + std::to_string(i) + "."});
  const std::string svg = draw(figure_of({group("a", 0, points)}));
  EXPECT_EQ(count(svg, "point 640."), 1);
  EXPECT_THAT(count(svg, "showHypertext(evt"), testing::AllOf(testing::Ge(50), testing::Le(100)));
}

TEST(Figure, CountsManyIterationsInTenThousands) {
  auto figure = figure_of({group("a", 0, {{64000, 5, "x"}})});
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
  EXPECT_EQ(count(draw(figure), "A title"), 1);
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
