#include "app/report/figure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/ranges.h>

#include "app/report/gnuplot.h"
#include "app/report/markup.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

// After the last colour the first one follows with the next dash pattern.
constexpr std::array kDashes = {"solid", "(10,5)", "(3,4)", "(12,4,3,4)"};

constexpr double kManyIterations = 20000;

bool can_be_drawn(const FigurePoint& point, bool log_y) {
  return std::isfinite(point.x) && std::isfinite(point.y) && (!log_y || point.y > 0);
}

/// The width of the SVG in pixels: the plot and the legend beside it.
std::size_t width_of(const Figure& figure) {
  std::size_t widest = 0;
  for (const auto& group : figure.groups) widest = std::max(widest, text_width(group.name));
  for (const auto& line : figure.legend) widest = std::max(widest, text_width(line));
  return 880 + 9 * widest;
}

/// The commands for everything but the lines: terminal, title, axes, key.
std::string axes_script(const Figure& figure) {
  std::string text = fmt::format(
      "set encoding utf8\n"
      "set terminal svg noenhanced size {},600 font 'Arial,15' "
      "background '#ffffff' rounded\n"
      "set title {} font ',18' offset 0,-0.2\n"
      "set xlabel {} offset 0,-0.2\n"
      "set ylabel {} offset -0.3,0\n"
      "set border 3 linecolor '#666666' linewidth 1\n"
      "set tics nomirror out scale 0.6 textcolor '#333333'\n"
      "set grid xtics ytics linecolor '#e4e4e4' linewidth 1 dashtype solid\n"
      "set key outside right top Left reverse samplen 2.5 spacing 1.35\n"
      "set xrange [{}:{}]\n",
      width_of(figure), gnuplot_literal(figure.title), gnuplot_literal(figure.x_label),
      gnuplot_literal(figure.y_label), figure.x_begin / figure.x_unit,
      figure.x_end / figure.x_unit);
  if (!figure.legend.empty())
    text += fmt::format("set key title \"{}\" left\n", fmt::join(figure.legend, "\\n"));
  if (figure.log_y)
    text += "set logscale y\nset format y '%g'\n";
  else
    text += figure.y_end ? fmt::format("set yrange [0:{}]\n", *figure.y_end) : "set yrange [0:*]\n";
  return text;
}

std::string line_style(std::size_t style, double width) {
  return fmt::format("linecolor '{}' dashtype {} linewidth {}", kPalette[style % kPalette.size()],
                     kDashes[style / kPalette.size() % kDashes.size()], width);
}

/// The commands that define the groups' data and plot them.
class Plots {
 public:
  explicit Plots(const Figure& figure) : figure_(figure) {
    for (const auto& group : figure.groups) add(group);
  }

  std::string script() const {
    if (plots_.empty()) return "plot NaN notitle\n";
    return fmt::format("{}plot {}\n", data_, fmt::join(plots_, ", "));
  }

 private:
  /// Adds a plot for each line. The first one carries the group's name in the legend.
  void add(const FigureGroup& group) {
    const auto before = plots_.size();
    const auto width = group.lines.empty() ? FigureLine().width : group.lines.front().width;
    const auto title = "title " + gnuplot_literal(group.name) + " ";
    for (const auto& line : group.lines) {
      const auto data = add_data(line);
      if (data.empty()) continue;
      const auto shown = std::ranges::count_if(line.points, [this](const FigurePoint& point) {
        return can_be_drawn(point, figure_.log_y);
      });
      // A line through a single point would be invisible.
      const std::string kind = shown == 1 ? " with linespoints " : " with lines ";
      const std::string point = shown == 1 ? " pointtype 7 pointsize 0.9" : "";
      plots_.push_back(data + kind + (plots_.size() == before ? title : "notitle ") +
                       line_style(group.style, plots_.size() == before ? width : line.width) +
                       point);
    }
    if (plots_.size() == before)
      plots_.push_back("NaN with lines " + title + line_style(group.style, width));
  }

  /// Adds the line's points as a data block and returns its name; empty if no point can be drawn.
  std::string add_data(const FigureLine& line) {
    std::string rows;
    for (const auto& point : line.points)
      if (can_be_drawn(point, figure_.log_y))
        rows += fmt::format("{} {}\n", point.x / figure_.x_unit, point.y);
    if (rows.empty()) return {};
    auto name = fmt::format("$data{}", plots_.size());
    data_ += name + " << EOD\n" + rows + "EOD\n";
    return name;
  }

  const Figure& figure_;
  std::string data_;
  std::vector<std::string> plots_;
};

/// Replaces gnuplot's title of the SVG and removes the titles of its parts. A browser shows a title
/// when the pointer is over the part, and gnuplot's titles say nothing.
std::string with_title(const std::string& svg, const std::string& title) {
  constexpr std::string_view kBegin = "<title>", kEnd = "</title>";
  std::string titled;
  bool is_first = true;
  std::string_view rest = svg;
  for (std::size_t at = 0; (at = rest.find(kBegin)) != rest.npos; is_first = false) {
    titled += rest.substr(0, at);
    if (is_first) titled += fmt::format("{}{}{}", kBegin, escape_markup(title), kEnd);
    const auto end = rest.find(kEnd, at);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + kEnd.size());
  }
  return titled.append(rest);
}

}  // namespace

bool has_points(const Figure& figure) {
  for (const auto& group : figure.groups)
    for (const auto& line : group.lines)
      for (const auto& point : line.points)
        if (can_be_drawn(point, figure.log_y)) return true;
  return false;
}

void set_iteration_axis(Figure& figure, double last) {
  const bool many = last >= kManyIterations;
  figure.over_iterations = true;
  figure.x_begin = 0;
  figure.x_end = last;
  figure.x_unit = many ? 1e4 : 1;
  figure.x_label = many ? "iterations (×10⁴)" : "iterations";
}

std::string draw(const Figure& figure) {
  return with_title(run_gnuplot(axes_script(figure) + Plots(figure).script()), figure.title);
}

}  // namespace reslab::app
