#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config/json.h"
#include "reslab/train/record.h"

namespace reslab::app {

/// What came out of one run: one network, one seed, one training.
struct RunResult {
  std::filesystem::path directory;  // <experiment>/<network>/seed-<n>
  std::string network;
  std::int64_t seed = 0;
  std::int64_t parameters = 0;
  std::vector<Record> records;
  std::vector<LayerRecord> layers;  // the diagnostics, where the run kept any
  bool finished = false;
  std::string failure;                     // why the run failed, empty where it did not
  std::optional<double> training_seconds;  // that its steps took, evaluations not counted

  /// All of run.json. Read here are: "experiment" and "network" (text), "seed" and "parameters"
  /// (integers), "status" ("running", "finished" or "failed"), "failure" (text, of a failed run)
  /// and, where the paper has it, "paper" ({metric: number}, as {"test_error": 6.97}).
  Json run;
};

/// The name of the run's experiment.
std::string experiment_of(const RunResult& result);

/// The directory of the run's experiment, absolute: runs with the same one belong together.
std::filesystem::path experiment_directory(const RunResult& result);

/// The images of one training step, where run.json has them.
std::optional<std::int64_t> batch_of(const RunResult& result);

/// The paper's value of a metric ("train_error", "test_error") for this network, if it has one.
std::optional<double> paper_value(const RunResult& result, const std::string& metric);

/// Reads a run directory: run.json, metrics.csv and, where there are any, layers.csv and
/// timing.csv. A run that has not finished may lack metrics.csv. Throws InvalidInput with a line
/// for each mistake in a missing or damaged file.
RunResult read_run(const std::filesystem::path& directory);

/// All runs below the directories (an experiment, one run, or anything above), each once, ordered
/// by directory, numbers by value ("resnet-20" before "resnet-110"). Throws InvalidInput with a
/// line for each damaged run and for each directory that holds none.
std::vector<RunResult> find_runs(const std::vector<std::filesystem::path>& directories);

}  // namespace reslab::app
