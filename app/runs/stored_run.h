#pragma once

#include <memory>

#include "app/config/json.h"
#include "app/runs/run_directory.h"
#include "reslab/data/options.h"
#include "reslab/model/network.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// A run as its directory tells it: what was trained, on which data, how.
struct StoredRun {
  RunDirectory directory;
  Json run;  // run.json
  NetworkSpec network;
  Recipe recipe;
  DataOptions data;
};

/// Reads a run directory. Throws InvalidInput when it is none or its run.json is damaged.
StoredRun read_stored_run(const std::filesystem::path& path);

}  // namespace reslab::app
