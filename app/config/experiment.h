#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config/document.h"
#include "app/config/expectation.h"
#include "app/config/run_plan.h"
#include "reslab/data/options.h"

namespace reslab::app {

/// When a run writes a checkpoint, besides at evaluations.
struct CheckpointTimes {
  double seconds = 60;          // since the last checkpoint; 0: not by time
  std::int64_t iterations = 0;  // from one checkpoint to the next; 0: not by iterations

  bool operator==(const CheckpointTimes&) const = default;
};

/// An experiment file that was read and checked: its runs and its claims.
struct Experiment {
  std::string file;
  std::string schema;   // `$schema`, for editors
  std::string name;     // of the experiment and of its folder
  std::string why;      // for people; may be empty
  DataOptions data;     // `data`, `network` and `recipe` are as in the file;
  NetworkSpec network;  // `runs` have their own
  Recipe recipe;
  std::vector<std::int64_t> seeds = {1};
  std::vector<RunPlan> runs;             // networks in the file's order, each with all seeds
  std::vector<std::string> diagnostics;  // names of reslab/train/diagnostics_options.h
  std::vector<std::string> exports;      // names of reslab/interchange/export_format.h
  CheckpointTimes checkpoint_every;
  std::vector<Expectation> expectations;

  bool operator==(const Experiment&) const = default;
};

/// The top level of a file without `networks` and `expect`.
const Settings<Experiment>& experiment_settings();

/// Reads the whole document. Throws InvalidInput with a line for each error in it.
Experiment read_experiment(const Document& document);

/// Reads an experiment file and the files that it extends, and applies the `POINTER=VALUE` texts of
/// the command line. Throws InvalidInput with a line for each error.
Experiment load_experiment(const std::string& file, const std::vector<std::string>& assignments);

/// The claims of an experiment. They are saved beside the runs, so that a report needs no
/// experiment file.
struct Claims {
  std::string name;
  std::string why;
  std::vector<std::int64_t> seeds;  // of the runs that are not in `own_seeds`
  std::map<std::string, std::vector<std::int64_t>> own_seeds;  // by the run's name
  std::vector<Expectation> expectations;

  /// The seeds of the runs of this name.
  const std::vector<std::int64_t>& seeds_of(const std::string& run) const;

  bool operator==(const Claims&) const = default;
};

Claims claims_of(const Experiment& experiment);

/// Writes `directory`/experiment.json. Throws IoError.
void write_claims(const std::filesystem::path& directory, const Claims& claims);

/// Reads `directory`/experiment.json, or returns nothing if there is none. Throws InvalidInput with
/// a line for each error.
std::optional<Claims> read_claims(const std::filesystem::path& directory);

}  // namespace reslab::app
