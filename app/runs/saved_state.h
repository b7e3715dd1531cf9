#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "app/runs/run_directory.h"
#include "reslab/train/checkpoint.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// Returns the run's newest undamaged checkpoint, or nothing if it has none. Removes damaged ones
/// and calls `say` with a line for each. Throws InvalidInput if a checkpoint's format has another
/// version.
std::optional<Checkpoint> usable_checkpoint(const RunDirectory& run,
                                            const std::function<void(const std::string&)>& say);

/// The end of a message that names a missing file of a run: what the user can do.
std::string restore_or_remove(const RunDirectory& run);

/// Throws InvalidInput if the file of a finished run is missing.
void require_of_finished(const RunDirectory& run, const std::filesystem::path& file);

/// Throws InvalidInput if best.safetensors is missing or damaged.
void require_best_weights(const RunDirectory& run);

/// Throws InvalidInput if metrics.csv lacks a record that a training with the recipe has made up to
/// an iteration.
void require_records(const RunDirectory& run, const Recipe& recipe, std::int64_t iteration);

}  // namespace reslab::app
