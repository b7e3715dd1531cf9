#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace reslab::app {

/// The colours of lines: Okabe and Ito's palette, which colour-blind readers can tell apart,
/// without its yellow, which is too pale on white.
inline constexpr std::array kPalette = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                        "#E69F00", "#56B4E9", "#000000"};

struct FigurePoint {
  double x = 0;
  double y = 0;
  std::string label = {};  // name of the point if x does not show it, such as a layer's
};

struct FigureLine {
  std::vector<FigurePoint> points;
  double width = 2.6;     // pixels
  std::string name = {};  // of this line in its group, for example "test"
};

/// Lines of one colour that share an entry of the legend.
struct FigureGroup {
  std::string name;
  std::size_t style = 0;  // number of the colour and dash pattern, from 0
  std::vector<FigureLine> lines;
};

/// A line chart.
struct Figure {
  std::string file;  // "curves.svg"
  std::string title;
  std::string caption;
  std::string x_label;
  std::string y_label;
  std::vector<std::string> legend;  // lines above the groups' names that explain the line widths
  double x_begin = 0;
  double x_end = 1;
  double x_unit = 1;            // tick labels show x / x_unit
  std::optional<double> y_end;  // the y axis runs from 0 to this; without it, to the largest value
  bool log_y = false;
  bool over_iterations = false;  // x is the number of finished training steps
  std::vector<FigureGroup> groups;
};

/// Whether any point can be drawn: finite, and above 0 on a logarithmic axis.
bool has_points(const Figure& figure);

/// The figure as a standalone SVG. Equal figures give equal bytes. Throws IoError if gnuplot is
/// missing or fails.
std::string draw(const Figure& figure);

/// Sets the x axis to iterations from 0 to `last`, in units of 10⁴ if `last` is 20,000 or more, as
/// in the paper.
void set_iteration_axis(Figure& figure, double last);

}  // namespace reslab::app
