#include "app/report/curves.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "app/config/metric.h"
#include "app/report/numbers.h"
#include "app/report/summary.h"

namespace reslab::app {
namespace {

Points mean_over(const std::vector<const RunResult*>& runs, const std::string& metric) {
  std::map<std::int64_t, std::vector<double>> errors;  // one for each run
  for (const auto* run : runs)
    for (const Record& record : run->records)
      if (const auto error = metric_value(record, metric))
        errors[record.iteration].push_back(*error);
  Points points;
  for (const auto& [iteration, values] : errors) {
    const double mean = spread_of(values)->mean;
    if (values.size() == runs.size() && std::isfinite(mean)) points.emplace_back(iteration, mean);
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

/// The 95th percentile of the values after the first tenth of iterations; 0 if there are none.
double high_percentile(const Points& points) {
  std::vector<double> values;
  for (const auto& [iteration, error] : points)
    if (iteration > points.back().first / 10) values.push_back(error);
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) * 19 / 20];
}

FigureLine line_of(const std::string& split, const Points& points, double width) {
  FigureLine line{{}, width, split};
  for (const auto& [iteration, error] : points)
    line.points.push_back({static_cast<double>(iteration), error});
  return line;
}

}  // namespace

std::vector<Curve> curves_of(const std::vector<RunResult>& results) {
  std::vector<Curve> curves;
  for (const NetworkRuns& runs : by_network(results)) {
    const auto& drawn = runs.drawn();
    curves.push_back({runs.label, mean_over(drawn, "train_error"), mean_over(drawn, "test_error")});
  }
  return curves;
}

double error_axis_end(const std::vector<Curve>& curves) {
  double highest = 0;
  for (const Curve& curve : curves)
    for (const Points* points : {&curve.train, &curve.test})
      highest = std::max(highest, high_percentile(*points));
  const double step = highest <= 5 ? 1 : highest <= 50 ? 5 : 10;
  return std::clamp(std::ceil(highest * 1.02 / step) * step, 1.0, 100.0);
}

Figure curves_figure(const std::string& title, const std::vector<Curve>& curves) {
  Figure figure;
  figure.file = "curves.svg";
  figure.title = title;
  figure.caption =
      "Error in percent over the iterations, as in Fig. 6 of Deep Residual Learning. Bold lines: "
      "test split. Thin lines: mean over the augmented training batches since the previous record. "
      "With several seeds, a line shows their mean, unsmoothed.";
  figure.y_label = "error (%)";
  figure.legend = {"bold: test", "thin: training"};
  set_iteration_axis(figure, static_cast<double>(last_iteration(curves)));
  figure.y_end = error_axis_end(curves);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const auto& [name, train, test] = curves[i];
    figure.groups.push_back({name, i, {line_of("test", test, 2.6), line_of("training", train, 1)}});
  }
  return figure;
}

}  // namespace reslab::app
