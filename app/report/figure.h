#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace reslab::app {

struct FigurePoint {
  double x = 0;
  double y = 0;
  std::string text;  // shown where the pointer is
};

struct FigureLine {
  std::vector<FigurePoint> points;
  double width = 2.6;  // pixels
};

/// Lines of one colour that one entry of the legend names, shows and hides.
struct FigureGroup {
  std::string name;
  std::size_t look = 0;  // which colour and dash; equal ones look alike in all figures
  std::vector<FigureLine> lines;
};

/// Lines over an axis, to be drawn and written under a name.
struct Figure {
  std::string file;  // "curves.svg"
  std::string title;
  std::string caption;  // what is drawn, how it was computed
  std::string x_label;
  std::string y_label;
  std::vector<std::string> legend;  // above the names: what widths mean
  double x_begin = 0;
  double x_end = 1;
  double x_unit = 1;            // the axis counts in it
  std::optional<double> y_end;  // from 0; otherwise what the points need
  bool log_y = false;
  std::vector<FigureGroup> groups;
};

/// Whether the figure has a point: finite, and on a logarithmic axis above 0. Others are left out.
bool has_points(const Figure& figure);

/// The figure as SVG that stands alone and reacts in a browser: the pointer shows values, a click
/// on a name in the legend hides its lines, one beside it shows the pointer's coordinates. Equal
/// input, equal bytes. Throws IoError where gnuplot cannot draw it.
std::string draw(const Figure& figure);

/// Width and height of what `draw` draws, in pixels.
struct FigureSize {
  std::size_t width;
  std::size_t height;
};
FigureSize size_of(const Figure& figure);

/// Scales the x axis to the iterations from 0 to the last one, many of them in units of 10⁴ as the
/// paper does.
void set_iteration_axis(Figure& figure, double last);

}  // namespace reslab::app
