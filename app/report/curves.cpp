#include "app/report/curves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "app/report/gnuplot.h"
#include "app/report/summary.h"
#include "app/report/table.h"

namespace reslab::app {
namespace {

/// Okabe and Ito's colours, told apart by colour-blind readers too, without yellow, too pale for
/// lines on white. When all are used, they start again with the next dash.
constexpr std::array kColours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                 "#E69F00", "#56B4E9", "#000000"};
constexpr std::array kDashes = {"solid", "(10,5)", "(3,4)", "(12,4,3,4)"};

/// From here on the axis counts in units of 10⁴, as the paper's does.
constexpr std::int64_t kManyIterations = 20000;

Points mean_over(const std::vector<const RunResult*>& runs, const std::string& metric) {
  std::map<std::int64_t, std::pair<double, std::size_t>> sums;
  for (const auto* run : runs)
    for (const Record& record : run->records)
      if (const auto error = error_of(record, metric)) {
        auto& [sum, count] = sums[record.iteration];
        sum += *error;
        ++count;
      }
  Points points;
  for (const auto& [iteration, sum] : sums) {
    const double mean = sum.first / static_cast<double>(sum.second);
    if (sum.second == runs.size() && std::isfinite(mean)) points.emplace_back(iteration, mean);
  }
  return points;
}

std::int64_t last_iteration(const std::vector<Curve>& curves) {
  std::int64_t last = 1;
  for (const Curve& curve : curves)
    for (const Points* points : {&curve.train, &curve.test})
      if (!points->empty()) last = std::max(last, points->back().first);
  return last;
}

/// The highest value but for a twentieth of those past the line's first tenth; 0 without any.
double usual_highest(const Points& points) {
  std::vector<double> values;
  for (const auto& [iteration, error] : points)
    if (iteration > points.back().first / 10) values.push_back(error);
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) * 19 / 20];
}

/// A block of data under a name, a line for each point.
void add_data(std::string& script, const std::string& name, const Points& points, double unit) {
  script += "$" + name + " << EOD\n";
  for (const auto& [iteration, error] : points)
    script += fmt::format("{} {}\n", static_cast<double>(iteration) / unit, error);
  script += "EOD\n";
}

/// Pixels beside the plot for the longest name in the legend.
std::size_t legend_width(const std::vector<Curve>& curves) {
  std::size_t widest = text_width("training");
  for (const Curve& curve : curves) widest = std::max(widest, text_width(curve.name));
  return 80 + 9 * widest;
}

/// `many`: the iterations are in units of 10⁴.
std::string frame(const std::string& title, std::size_t width, double last, double highest,
                  bool many) {
  return fmt::format(
      "set encoding utf8\n"
      "set terminal svg noenhanced size {},600 font 'Arial,15' background '#ffffff' rounded\n"
      "set title {} font ',18' offset 0,-0.2\n"
      "set xlabel {} offset 0,-0.2\n"
      "set ylabel 'error (%)' offset -0.3,0\n"
      "set border 3 linecolor '#666666' linewidth 1\n"
      "set tics nomirror out scale 0.6 textcolor '#333333'\n"
      "set grid xtics ytics linecolor '#e4e4e4' linewidth 1 dashtype solid\n"
      "set key outside right top Left reverse samplen 2.5 spacing 1.35\n"
      "set xrange [0:{}]\n"
      "set yrange [0:{}]\n",
      width, gnuplot_literal(title), many ? "'iterations (×10⁴)'" : "'iterations'", last, highest);
}

std::string style(std::size_t index, double width) {
  return fmt::format("linecolor '{}' dashtype {} linewidth {}", kColours[index % kColours.size()],
                     kDashes[index / kColours.size() % kDashes.size()], width);
}

}  // namespace

std::vector<Curve> curves_of(const std::vector<RunResult>& results) {
  std::vector<Curve> curves;
  for (const NetworkRuns& runs : by_network(results)) {
    const auto& drawn = runs.counted.empty() ? runs.all : runs.counted;
    curves.push_back({runs.label, mean_over(drawn, "train_error"), mean_over(drawn, "test_error")});
  }
  return curves;
}

double error_axis_end(const std::vector<Curve>& curves) {
  double highest = 0;
  for (const Curve& curve : curves)
    for (const Points* points : {&curve.train, &curve.test})
      highest = std::max(highest, usual_highest(*points));
  const double step = highest <= 5 ? 1 : highest <= 50 ? 5 : 10;
  return std::clamp(std::ceil(highest * 1.02 / step) * step, 1.0, 100.0);
}

std::string draw_curves(const std::string& title, const std::vector<Curve>& curves) {
  const std::int64_t last = last_iteration(curves);
  const bool many = last >= kManyIterations;
  const double unit = many ? 1e4 : 1;
  std::string script = frame(title, 800 + legend_width(curves), static_cast<double>(last) / unit,
                             error_axis_end(curves), many);
  std::string lines, keys;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    add_data(script, fmt::format("train{}", i), curves[i].train, unit);
    add_data(script, fmt::format("test{}", i), curves[i].test, unit);
    if (!curves[i].train.empty())
      lines += fmt::format("$train{} with lines notitle {}, ", i, style(i, 1));
    if (!curves[i].test.empty())
      lines += fmt::format("$test{} with lines notitle {}, ", i, style(i, 2.6));
    keys +=
        fmt::format("NaN with lines title {} {}, ", gnuplot_literal(curves[i].name), style(i, 2.6));
  }
  keys +=
      "NaN with lines title ' ' linecolor '#ffffff', "
      "NaN with lines title 'test' linecolor '#666666' linewidth 2.6, "
      "NaN with lines title 'training' linecolor '#666666' linewidth 1";
  return run_gnuplot(script + "plot " + lines + keys + "\n");
}

}  // namespace reslab::app
