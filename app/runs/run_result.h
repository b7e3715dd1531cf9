#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config/json.h"
#include "reslab/train/record.h"

namespace reslab::app {

/// The result of one run: one network, one seed, one training.
struct RunResult {
  std::filesystem::path directory;  // <experiment>/<network>/seed-<n>
  std::string network;
  std::int64_t seed = 0;
  std::int64_t parameters = 0;
  std::vector<Record> records;
  std::vector<LayerRecord> layers;         // diagnostics, if the run measured any
  std::vector<ConfusionRecord> confusion;  // of the test split at the last evaluation
  bool finished = false;
  std::string process;                     // trains it now: "process 4711 on host H", or empty
  std::string failure;                     // reason why the run failed; empty if it did not
  std::optional<double> training_seconds;  // of its steps, without evaluation

  /// The content of run.json. It must have "experiment" and "network" (text), "seed" and
  /// "parameters" (integers) and "status" ("running", "finished" or "failed"). It may have
  /// "failure" (text) and "paper" (object of numbers, for example {"test_error": 6.97}).
  Json run;
};

/// Returns the name of the run's experiment.
std::string experiment_of(const RunResult& result);

/// Returns the absolute path of the experiment's directory. Runs with the same path belong
/// together.
std::filesystem::path experiment_directory(const RunResult& result);

/// Returns the batch size, or nothing if run.json does not have it.
std::optional<std::int64_t> batch_of(const RunResult& result);

/// Returns the paper's value of a metric ("train_error", "test_error") for this network, or
/// nothing.
std::optional<double> paper_value(const RunResult& result, const std::string& metric);

/// Reads a run directory: run.json, metrics.csv and, if they exist, the other CSV files. An
/// unfinished run need not have metrics.csv. Throws InvalidInput with one line for each error, and
/// IoError.
RunResult read_run(const std::filesystem::path& directory);

struct FoundRuns {
  std::vector<RunResult> results;
  std::vector<std::string> errors;  // of runs that cannot be read or repeat another one, and of
                                    // directories without runs
};

/// Returns all runs at or below the directories, each once, ordered by directory; numbers in names
/// count by value ("resnet-20" before "resnet-110").
FoundRuns find_runs(const std::vector<std::filesystem::path>& directories);

}  // namespace reslab::app
