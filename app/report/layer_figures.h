#pragma once

#include <vector>

#include "app/report/figure.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// Figures of the diagnostics in layers.csv, with the colours of the error curves. At the last
/// record, by layer: the responses' standard deviation in forward order and sorted (Fig. 7 of Deep
/// Residual Learning, arXiv 1512.03385), the gradient norm and the mean gate. Over the iterations:
/// the gradient norm of the first, middle and last layer. Values are means over the seeds with
/// diagnostics, at the iterations that all of these have. Leaves out figures without points.
std::vector<Figure> layer_figures(const std::vector<RunResult>& results);

}  // namespace reslab::app
