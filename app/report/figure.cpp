#include "app/report/figure.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/ranges.h>

#include "app/report/gnuplot.h"
#include "app/report/markup.h"
#include "app/report/table.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

/// Okabe and Ito's palette, which colour-blind readers can tell apart, without its yellow, which is
/// too pale on white. After the last colour the first one follows with the next dash pattern.
constexpr std::array kColours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                 "#E69F00", "#56B4E9", "#000000"};
constexpr std::array kDashes = {"solid", "(10,5)", "(3,4)", "(12,4,3,4)"};

constexpr std::size_t kMostTooltips = 100;  // of a line; more would only make the file large
constexpr double kManyIterations = 20000;
constexpr const char* kInvisible = "#FF000000";  // the colour of the points that carry tooltips

bool can_be_drawn(const FigurePoint& point, bool log_y) {
  return std::isfinite(point.x) && std::isfinite(point.y) && (!log_y || point.y > 0);
}

/// Replaces characters that gnuplot's hypertext cannot hold, because gnuplot inserts the text into
/// a script unescaped.
std::string hypertext(std::string text) {
  for (char& c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20;
    if (control || c == '\'' || c == '"' || c == '\\') c = ' ';
  }
  return text;
}

/// The commands for everything but the lines: terminal, title, axes, key.
std::string axes_script(const Figure& figure) {
  const auto [width, height] = size_of(figure);
  std::string text = fmt::format(
      "set encoding utf8\n"
      "set terminal svg noenhanced mouse standalone size {},{} font 'Arial,15' "
      "background '#ffffff' rounded\n"
      "set title {} font ',18' offset 0,-0.2\n"
      "set xlabel {} offset 0,-0.2\n"
      "set ylabel {} offset -0.3,0\n"
      "set border 3 linecolor '#666666' linewidth 1\n"
      "set tics nomirror out scale 0.6 textcolor '#333333'\n"
      "set grid xtics ytics linecolor '#e4e4e4' linewidth 1 dashtype solid\n"
      "set key outside right top Left reverse samplen 2.5 spacing 1.35\n"
      "set xrange [{}:{}]\n",
      width, height, gnuplot_literal(figure.title), gnuplot_literal(figure.x_label),
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
  return fmt::format("linecolor '{}' dashtype {} linewidth {}", kColours[style % kColours.size()],
                     kDashes[style / kColours.size() % kDashes.size()], width);
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

  /// Number of gnuplot plots for each group, at least one; the first has the group's name.
  const std::vector<std::size_t>& counts() const { return counts_; }

 private:
  void add(const FigureGroup& group) {
    const auto before = plots_.size();
    const auto width = group.lines.empty() ? FigureLine().width : group.lines.front().width;
    const auto title = "title " + gnuplot_literal(group.name) + " ";
    std::string tooltips;
    for (const auto& line : group.lines) {
      const auto points = drawn(line);
      if (points.empty()) continue;
      const auto name = add_data(points);
      plots_.push_back(name + " with lines " + (plots_.size() == before ? title : "notitle ") +
                       line_style(group.style, plots_.size() == before ? width : line.width));
      tooltips += tooltips_of(points);
    }
    if (plots_.size() == before)
      plots_.push_back("NaN with lines " + title + line_style(group.style, width));
    if (!tooltips.empty())
      plots_.push_back(fmt::format(
          "{} with labels hypertext point pointtype 7 pointsize 1.2 linecolor rgb '{}' notitle",
          add_block(tooltips), kInvisible));
    counts_.push_back(plots_.size() - before);
  }

  std::vector<FigurePoint> drawn(const FigureLine& line) const {
    std::vector<FigurePoint> points;
    for (const auto& point : line.points)
      if (can_be_drawn(point, figure_.log_y)) points.push_back(point);
    return points;
  }

  std::string add_data(const std::vector<FigurePoint>& points) {
    std::string lines;
    for (const auto& point : points)
      lines += fmt::format("{} {}\n", point.x / figure_.x_unit, point.y);
    return add_block(lines);
  }

  std::string add_block(const std::string& lines) {
    const auto name = fmt::format("$data{}", blocks_++);
    data_ += name + " << EOD\n" + lines + "EOD\n";
    return name;
  }

  std::string tooltips_of(const std::vector<FigurePoint>& points) const {
    const auto step = (points.size() + kMostTooltips - 1) / kMostTooltips;
    std::string lines;
    for (std::size_t i = (points.size() - 1) % step; i < points.size(); i += step)
      if (!points[i].tooltip.empty())
        lines += fmt::format("{} {} \"{}\"\n", points[i].x / figure_.x_unit, points[i].y,
                             hypertext(points[i].tooltip));
    return lines;
  }

  const Figure& figure_;
  std::string data_;
  std::vector<std::string> plots_;
  std::vector<std::size_t> counts_;
  std::size_t blocks_ = 0;
};

/// Joins the SVG elements of each group's plots into one element with the group's name. A click on
/// a name in the legend hides only one element.
void join_groups(std::string& svg, const Figure& figure, const std::vector<std::size_t>& counts) {
  const std::string title_start = "<title>", title_end = "</title>", group_end = "</g>";
  std::size_t number = 0, at = 0;
  for (std::size_t group = 0; group < counts.size(); ++group)
    for (std::size_t i = 0; i < counts[group]; ++i) {
      at = svg.find(fmt::format("<g id=\"gnuplot_plot_{}\"", ++number), at);
      const auto title = svg.find(title_start, at), end = svg.find(title_end, title);
      if (end == std::string::npos) return;
      if (i == 0) {
        const auto begin = title + title_start.size();
        svg.replace(begin, end - begin, escape_markup(figure.groups[group].name));
        continue;
      }
      const auto before = svg.rfind(group_end, at);
      if (svg.find_first_not_of(" \t\n", before + group_end.size()) != at) return;
      svg.erase(before, end + title_end.size() - before);
      at = before;
    }
}

}  // namespace

bool has_points(const Figure& figure) {
  for (const auto& group : figure.groups)
    for (const auto& line : group.lines)
      for (const auto& point : line.points)
        if (can_be_drawn(point, figure.log_y)) return true;
  return false;
}

FigureSize size_of(const Figure& figure) {
  std::size_t widest = 0;
  for (const auto& group : figure.groups) widest = std::max(widest, text_width(group.name));
  for (const auto& line : figure.legend) widest = std::max(widest, text_width(line));
  return {880 + 9 * widest, 600};
}

void set_iteration_axis(Figure& figure, double last) {
  const bool many = last >= kManyIterations;
  figure.x_begin = 0;
  figure.x_end = last;
  figure.x_unit = many ? 1e4 : 1;
  figure.x_label = many ? "iterations (×10⁴)" : "iterations";
}

std::string draw(const Figure& figure) {
  const Plots plots(figure);
  auto svg = run_gnuplot(axes_script(figure) + plots.script());
  join_groups(svg, figure, plots.counts());
  return svg;
}

}  // namespace reslab::app
