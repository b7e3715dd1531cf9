#pragma once

#include <string>
#include <vector>

#include "app/config/json.h"
#include "app/report/summary.h"
#include "app/report/table.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// The table of results: network, parameters, seeds, iterations, training images and minutes,
/// errors in percent beside the paper's.
Table results_table(const std::vector<NetworkRuns>& networks);

/// A line for each seed that has not finished.
std::vector<std::string> unfinished_seeds(const std::vector<NetworkRuns>& networks);

/// The same numbers for programs: a list with an object for each network, null where there is none.
Json summary_json(const std::vector<RunResult>& results);

}  // namespace reslab::app
