#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/runs/csv.h"
#include "app/runs/run_result.h"
#include "folder.h"

namespace reslab::app {

/// A record with these errors in percent.
inline Record made_record(std::int64_t iteration, double train_error = 0,
                          std::optional<double> test_error = {}) {
  Record record;
  record.iteration = iteration;
  record.train = {0.5, train_error};
  if (test_error) record.test = Score{0.7, *test_error};
  return record;
}

/// A run in the directory <experiment>/<network>/seed-<n>, not written to disk, with a record for
/// each (train, test) error at the iterations 100, 200, …
inline RunResult made_result(const std::string& experiment, const std::string& network,
                             std::int64_t seed,
                             const std::vector<std::pair<double, double>>& errors) {
  RunResult result;
  result.directory = "/" + experiment + "/" + network + "/seed-" + std::to_string(seed);
  result.network = network;
  result.seed = seed;
  result.parameters = 269722;
  result.finished = true;
  for (const auto& [train, test] : errors)
    result.records.push_back(made_record(100 * (std::ssize(result.records) + 1), train, test));
  result.run = {{"experiment", experiment},
                {"network", network},
                {"seed", seed},
                {"parameters", 269722},
                {"status", "finished"}};
  return result;
}

/// Writes the run's files below the folder like `reslab run`.
inline void write_result(const Folder& folder, const RunResult& result) {
  const std::string directory = result.directory.string().substr(1);
  folder.write(directory + "/run.json", result.run.dump());
  CsvWriter<Record> metrics(folder / (directory + "/metrics.csv"));
  for (const Record& record : result.records) metrics.write(record);
  if (result.training_seconds) {
    CsvWriter<Timing> timing(folder / (directory + "/timing.csv"));
    timing.write({.iteration = 1, .seconds = *result.training_seconds / 2});
    timing.write({.iteration = 2, .seconds = *result.training_seconds});
  }
  if (result.layers.empty()) return;
  CsvWriter<LayerRecord> layers(folder / (directory + "/layers.csv"));
  for (const LayerRecord& row : result.layers) layers.write(row);
}

}  // namespace reslab::app
