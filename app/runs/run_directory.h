#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config/json.h"

namespace reslab::app {

/// Where one run keeps its results: <experiment>/<network>/seed-<n>.
class RunDirectory {
 public:
  RunDirectory(const std::filesystem::path& experiment, const std::string& network,
               std::int64_t seed);
  /// One that exists.
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path metrics() const { return path_ / "metrics.csv"; }
  std::filesystem::path layers() const { return path_ / "layers.csv"; }
  std::filesystem::path timing() const { return path_ / "timing.csv"; }
  std::filesystem::path weights() const { return path_ / "weights.safetensors"; }
  std::filesystem::path best_weights() const { return path_ / "best.safetensors"; }
  /// The network as a file of another format, by its ending.
  std::filesystem::path exported(const std::string& ending) const {
    return path_ / ("model" + ending);
  }
  std::filesystem::path checkpoint() const { return path_ / "checkpoint" / "state.safetensors"; }

  /// run.json, or nothing where no run has begun. Throws InvalidInput when it is damaged.
  std::optional<Json> read() const;
  /// Throws IoError.
  void write(const Json& run) const;

  /// Makes the directory, if need be. Throws IoError.
  void make() const;
  /// Takes the checkpoint away, which a finished run does not need.
  void drop_checkpoint() const;

 private:
  std::filesystem::path path_;
};

/// A network's name as a folder: letters, digits, '-', '_', ',' and '='.
std::string folder_name(const std::string& network);

}  // namespace reslab::app
