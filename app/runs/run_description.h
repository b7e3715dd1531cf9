#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/runs/runner.h"

namespace reslab::app {

/// The content of run.json when a run begins.
Json run_description(const RunContext& context, const RunPlan& plan, std::int64_t parameters);

/// A line for each difference between two run.json of a run because of which its results are not
/// those of an uninterrupted run.
std::vector<std::string> changed_environment(const Json& before, const Json& now);

/// The metadata of the run's weights.
std::map<std::string, std::string> weights_metadata(const RunContext& context, const RunPlan& plan);

}  // namespace reslab::app
