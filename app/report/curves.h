#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/report/figure.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// (iteration, error in percent), sorted by iteration.
using Points = std::vector<std::pair<std::int64_t, double>>;

/// A network's training and test error over the iterations.
struct Curve {
  std::string name;
  Points train;
  Points test;
};

/// One curve for each network: the mean over its seeds (`NetworkRuns::drawn`) at each iteration,
/// unsmoothed. Leaves out iterations that a seed lacks and means that are not finite.
std::vector<Curve> curves_of(const std::vector<RunResult>& results);

/// The upper end of the error axis, in percent: a round number, at most 100, just above the 95th
/// percentile of each line's values, its first tenth of iterations not counted. Training starts
/// near the error of guessing; an axis that showed it would squeeze the end of the curves.
double error_axis_end(const std::vector<Curve>& curves);

/// A figure like Fig. 6 of Deep Residual Learning (arXiv 1512.03385): error over iterations, one
/// colour for each network, thin lines for training and bold lines for test.
Figure curves_figure(const std::string& title, const std::vector<Curve>& curves);

}  // namespace reslab::app
