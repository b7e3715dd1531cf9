#pragma once

#include <string>
#include <vector>

#include "app/experiment/json.h"
#include "app/report/run_result.h"

namespace reslab::app {

/// The table for people: network, parameters, seeds, iterations, errors beside the paper's; below
/// it a line on how the numbers are computed and one for each seed that is not counted.
std::string summary_table(const std::vector<RunResult>& results);

/// The same numbers for programs: a list with an object for each network, null where there is none.
Json summary_json(const std::vector<RunResult>& results);

}  // namespace reslab::app
