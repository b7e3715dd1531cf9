#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/report/figure.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// (iteration, error in percent), in rising order.
using Points = std::vector<std::pair<std::int64_t, double>>;

/// A network's two lines in the figure.
struct Curve {
  std::string name;
  Points train;
  Points test;
};

/// A curve for each network: at each iteration the mean over its seeds, not smoothed. The seeds are
/// those that the summary table counts; of a network without any, the failed ones as far as they
/// came. An iteration that one of them lacks, or where the mean is no finite number, has no point.
std::vector<Curve> curves_of(const std::vector<RunResult>& results);

/// The upper end of the error axis, which starts at 0: a round number (at most 100) just above all
/// but the highest twentieth of each line's values past its first tenth of iterations. Where
/// training starts, all errors are near that of guessing; an axis up to it would hide the end.
double error_axis_end(const std::vector<Curve>& curves);

/// A figure like Fig. 6 of Deep Residual Learning (arXiv 1512.03385): error over iterations, one
/// colour for each network, thin lines for training, bold ones for test.
Figure curves_figure(const std::string& title, const std::vector<Curve>& curves);

}  // namespace reslab::app
