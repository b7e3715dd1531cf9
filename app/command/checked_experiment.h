#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "app/config/experiment.h"
#include "app/runs/data_sets.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// The options of `reslab run` that choose and change an experiment's runs.
struct RunChoice {
  std::filesystem::path out;
  std::vector<std::string> assignments = {};
  std::string only = {};       // glob; empty: all runs
  bool longest_first = false;  // most multiply-adds first; false: order of the file
};

/// An experiment that has passed all checks.
struct CheckedExperiment {
  Experiment experiment;
  std::filesystem::path directory;
  std::vector<RunsOfData> data;   // the chosen runs, grouped by their images
  std::vector<std::size_t> runs;  // the chosen runs, in the order of training
};

/// Loads the file and checks that its runs can be trained. Throws InvalidInput with one line for
/// each error.
CheckedExperiment check_experiment(const std::string& file, const RunChoice& choice);

/// Reads the results of all runs of the experiment, including those of earlier calls and of other
/// processes.
FoundRuns results_of(const CheckedExperiment& checked);

}  // namespace reslab::app
