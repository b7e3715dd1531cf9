#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/document.h"
#include "app/config/expectation.h"
#include "app/config/run_plan.h"
#include "reslab/data/options.h"

namespace reslab::app {

/// An experiment file, read and checked: what to run and what to expect of it.
struct Experiment {
  std::string file;
  std::string name;  // also its folder's
  std::string why;   // for people; may be empty
  DataOptions data;
  std::vector<std::int64_t> seeds = {1};
  std::vector<RunPlan> runs;             // networks in the file's order, each with all seeds
  std::vector<std::string> diagnostics;  // names of reslab/train/diagnostics_options.h
  std::vector<std::string> exports;      // names of reslab/interchange/export_format.h
  std::vector<Expectation> expectations;
};

/// What all runs of a file share, as it is written there.
struct SharedSettings {
  std::string schema;  // `$schema`, for editors
  NetworkSpec network;
  Recipe recipe;
};

/// The top level of a file without `networks` and `expect`, bound to the arguments.
Settings settings(Experiment& experiment, SharedSettings& shared);

/// Reads the whole document. Throws InvalidInput with every mistake in it.
Experiment read_experiment(const Document& document);

}  // namespace reslab::app
