#pragma once

#include <string>
#include <vector>

#include "app/config/json.h"
#include "app/report/summary.h"
#include "app/report/table.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// The table of results: network, parameters, seeds, iterations, training images, minutes, and the
/// errors in percent with the paper's numbers.
Table results_table(const std::vector<NetworkRuns>& networks);

/// A line for each unfinished seed: how far it came and whether it counts.
std::vector<std::string> unfinished_seeds(const std::vector<NetworkRuns>& networks);

/// The same numbers as a list with an object for each network; null for unknown values.
Json summary_json(const std::vector<RunResult>& results);

}  // namespace reslab::app
