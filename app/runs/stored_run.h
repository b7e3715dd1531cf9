#pragma once

#include <memory>

#include "app/config/json.h"
#include "app/runs/run_directory.h"
#include "reslab/data/options.h"
#include "reslab/model/network.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// The description of a training in a run directory.
struct StoredRun {
  RunDirectory directory;
  Json run;  // run.json
  NetworkSpec network;
  Recipe recipe;
  DataOptions data;
};

/// Reads a run directory. Throws InvalidInput if it has no run.json or a damaged one.
StoredRun read_stored_run(const std::filesystem::path& path);

}  // namespace reslab::app
