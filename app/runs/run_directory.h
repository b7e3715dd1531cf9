#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config/json.h"
#include "reslab/data/options.h"
#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// The directory of one run's results: <experiment>/<network>/seed-<n>.
class RunDirectory {
 public:
  RunDirectory(const std::filesystem::path& experiment, const std::string& network,
               std::int64_t seed);
  /// Wraps the path of an existing run directory.
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path run_json() const { return path_ / "run.json"; }
  std::filesystem::path metrics() const { return path_ / "metrics.csv"; }
  std::filesystem::path layers() const { return path_ / "layers.csv"; }
  std::filesystem::path confusion() const { return path_ / "confusion.csv"; }
  std::filesystem::path timing() const { return path_ / "timing.csv"; }
  std::filesystem::path pictures() const { return path_ / "pictures.json"; }
  std::filesystem::path weights() const { return path_ / "weights.safetensors"; }
  std::filesystem::path best_weights() const { return path_ / "best.safetensors"; }
  /// The exported network, for example model.onnx for the ending ".onnx".
  std::filesystem::path exported(const std::string& ending) const {
    return path_ / ("model" + ending);
  }
  /// The newest checkpoint. The one before it is in the same folder (train/checkpoint.h).
  std::filesystem::path checkpoint() const { return path_ / "checkpoint" / "state.safetensors"; }

  /// Returns the content of run.json, or nothing if no run has begun. Throws InvalidInput if it is
  /// damaged.
  std::optional<Json> read() const;
  /// Writes run.json. Throws IoError.
  void write(const Json& run) const;

  /// Makes the directory unless it exists. Throws IoError.
  void make() const;
  /// Removes the checkpoints, which a finished run does not need. Throws IoError.
  void drop_checkpoints() const;
  /// Removes the files that a process leaves if it dies right after the run has finished. Throws
  /// IoError.
  void remove_leftovers() const;

 private:
  std::filesystem::path path_;
};

/// Converts a run's name to the name of its folder: letters, digits and "-_,=.@+".
std::string folder_name(const std::string& network);

/// The weights file of a run directory; any other path is returned as it is.
std::filesystem::path weights_of(const std::filesystem::path& path);

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
