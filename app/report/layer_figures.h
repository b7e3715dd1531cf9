#pragma once

#include <vector>

#include "app/report/figure.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// What layers.csv tells, one colour for each network as in the curves: by layer at the last record
/// the responses' standard deviation, in the network's order and sorted (Fig. 7 of Deep Residual
/// Learning, arXiv 1512.03385), the gradients' norm and the gates' mean opening; over the
/// iterations the gradients' norm of three layers. Of several seeds the mean, at the iterations
/// that all of those have that kept diagnostics. A figure without any value is left out.
std::vector<Figure> layer_figures(const std::vector<RunResult>& results);

}  // namespace reslab::app
