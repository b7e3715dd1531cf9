#include "app/report/terminal_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>

#include "text_search.h"

namespace reslab::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Figure falling_and_flat() {
  Figure figure;
  figure.title = "demo";
  figure.x_label = "iterations";
  figure.y_label = "error (%)";
  figure.x_end = 100;
  figure.y_end = 100;
  figure.groups = {{"falling", 0, {{{{0, 100, ""}, {100, 0, ""}}}}},
                   {"flat", 1, {{{{0, 100, ""}, {100, 100, ""}}}}}};
  return figure;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::size_t columns_of(const std::string& line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

TEST(TerminalPlot, DrawsLinesBetweenTheirEnds) {
  const auto lines = lines_of(terminal_plot(falling_and_flat(), {.columns = 40, .rows = 11}));
  EXPECT_EQ(lines[0], "demo, error (%)");
  EXPECT_THAT(lines[1], StartsWith("   100 ┤"));  // the flat line ends here, the other one begins
  EXPECT_THAT(lines[1], EndsWith("b"));
  EXPECT_THAT(lines[8], StartsWith("     0 ┤ "));
  EXPECT_THAT(lines[8], EndsWith("a"));
  EXPECT_THAT(lines[9], StartsWith("       └─"));
  EXPECT_THAT(lines[10], EndsWith("100 iterations"));
  EXPECT_EQ(lines[11], "        a falling");
  EXPECT_EQ(lines[12], "        b flat");
}

TEST(TerminalPlot, KeepsToTheWidth) {
  for (const std::size_t columns : {30, 41, 80, 200})
    for (const auto& line : lines_of(terminal_plot(falling_and_flat(), {.columns = columns})))
      EXPECT_LE(columns_of(line), columns) << line;
}

TEST(TerminalPlot, DrawsLinesThatLeaveItFarAway) {
  auto figure = falling_and_flat();
  figure.groups = {{"far", 0, {{{{0, 0, ""}, {50, 1e10, ""}, {100, -1e10, ""}}}}}};
  const auto lines = lines_of(terminal_plot(figure, {.columns = 40, .rows = 11}));
  for (const auto row : {1U, 8U})
    EXPECT_GT(columns_of(lines[row]), columns_of("   100 ┤")) << lines[row];
}

TEST(TerminalPlot, ColoursOnlyIfAsked) {
  EXPECT_THAT(terminal_plot(falling_and_flat(), {}), Not(HasSubstr("\033")));
  EXPECT_THAT(terminal_plot(falling_and_flat(), {.colour = true}), HasSubstr("\033[34ma\033[0m"));
}

TEST(TerminalPlot, ALogarithmicAxisFitsTheValues) {
  auto figure = falling_and_flat();
  figure.log_y = true;
  figure.groups = {{"steps", 0, {{{{0, 1000, ""}, {50, 10, ""}, {100, 0.1, ""}}}}}};
  const auto text = terminal_plot(figure, {.rows = 12});
  EXPECT_THAT(text, HasSubstr(" 1e+03 ┤"));
  EXPECT_THAT(text, HasSubstr("   0.1 ┤"));
}

TEST(TerminalPlot, LeavesOutWhatCannotBeDrawn) {
  auto figure = falling_and_flat();
  constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();
  figure.groups = {{"broken", 0, {{{{0, kNan, ""}, {50, INFINITY, ""}}}}}, {"empty", 1, {}}};
  for (const bool log_y : {false, true}) {
    figure.log_y = log_y;
    EXPECT_THAT(terminal_plot(figure, {}), HasSubstr("a broken\n        b empty\n"));
  }
}

}  // namespace
}  // namespace reslab::app
