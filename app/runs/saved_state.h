#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "app/runs/run_directory.h"
#include "reslab/train/checkpoint.h"

namespace reslab::app {

/// Returns the newest checkpoint of a run that is whole, or nothing if there is none. Removes
/// damaged ones and calls `say` with a line for each.
std::optional<Checkpoint> usable_checkpoint(const RunDirectory& run,
                                            const std::function<void(const std::string&)>& say);

/// Throws InvalidInput if metrics.csv ends earlier than it did when the checkpoint of `iteration`
/// was written. `record_every`: of the recipe, in iterations.
void require_records(const RunDirectory& run, std::int64_t iteration, std::int64_t record_every);

}  // namespace reslab::app
