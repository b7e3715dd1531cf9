#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/runs/runner.h"

namespace reslab::app {

/// Returns the content of run.json when a run begins. `parameters`: of the network.
Json run_description(const RunContext& context, const RunPlan& plan, std::int64_t parameters);

/// Compares run.json before and after a run was resumed. Returns a warning for each difference that
/// makes its results differ from those of an uninterrupted run.
std::vector<std::string> changed_environment(const Json& before, const Json& now);

/// Returns the metadata that are saved with the run's weights.
std::map<std::string, std::string> weights_metadata(const RunContext& context, const RunPlan& plan);

}  // namespace reslab::app
