#pragma once

#include <string>
#include <vector>

#include "app/config/run_plan.h"
#include "reslab/data/options.h"

namespace reslab::app {

/// What makes a run the one that it is: its network, data (not where they are kept), recipe
/// and seed, complete with defaults. Changes neither argument.
Json identity(RunPlan& run, DataOptions& data);

/// What differs from one identity to another, as "/recipe/iterations: 400 -> 64000"; empty if
/// nothing.
std::vector<std::string> differences(const Json& from, const Json& to);

}  // namespace reslab::app
