#pragma once

#include <string>
#include <vector>

#include "app/config/json.h"
#include "app/config/run_plan.h"

namespace reslab::app {

/// The settings that a run's results depend on: network, data (but not their folder), recipe and
/// seed, complete with defaults.
Json identity(const RunPlan& run);

/// The differences between two identities, one line each, as "/recipe/iterations: 400 -> 64000".
std::vector<std::string> differences(const Json& from, const Json& to);

}  // namespace reslab::app
