#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/runs/environment.h"
#include "reslab/execution/options.h"
#include "reslab/train/record.h"

namespace reslab::app {

/// The conditions under which a speed was measured. It says nothing about other conditions.
struct SpeedConditions {
  std::string processor;  // model name of the CPU
  int threads = 1;
  std::string precision;  // float32 or bfloat16
  std::string kernels;    // fused or aten
  std::string program;    // versions of ResLab and LibTorch, instruction set if chosen

  bool operator==(const SpeedConditions&) const = default;
};

/// `precision` is not `automatic`. Needs no more than basic_environment().
SpeedConditions speed_conditions(const Environment& environment, int threads, Precision precision,
                                 Kernels kernels);

/// How fast a network computes.
struct MachineSpeed {
  std::string network;    // its name
  std::int64_t macs = 0;  // multiply-adds of a forward pass for one image
  double training = 0;    // multiply-adds per second of training; an image counts three passes
  double evaluation = 0;  // multiply-adds per second of evaluation

  bool operator==(const MachineSpeed&) const = default;
};

/// How fast a training went.
struct TrainingPace {
  double images_per_second = 0;
  double evaluation_seconds = 0;  // of one evaluation
};

/// The pace of a training, as medians of its timings. The first timing is left out, because it
/// contains the warm-up. Empty if the training was too short for an accurate pace.
std::optional<TrainingPace> pace_of(const std::vector<Timing>& timings);

/// The speeds that were measured on this machine, in a file that later calls of the program read.
/// The file is only a cache: a file that is damaged or cannot be written counts as absent, and
/// entries with impossible values are skipped.
class MachineSpeeds {
 public:
  /// $XDG_CACHE_HOME/reslab/speeds.json, or ~/.cache/reslab/speeds.json; empty if neither variable
  /// is set.
  static std::filesystem::path usual_file();

  /// Reads the file. An empty path counts as an absent file.
  explicit MachineSpeeds(std::filesystem::path file);

  /// The speed of the network of this name under these conditions. If there is none, the speed of
  /// the network whose number of multiply-adds is nearest in ratio.
  std::optional<MachineSpeed> find(const SpeedConditions& conditions, const std::string& network,
                                   std::int64_t macs) const;

  /// Stores a speed. It replaces the one of the same network under the same conditions. The oldest
  /// entries are dropped if there are many. Returns whether the file was written.
  bool remember(const SpeedConditions& conditions, const MachineSpeed& speed);

 private:
  struct Entry {
    SpeedConditions conditions;
    MachineSpeed speed;
  };

  static std::vector<Entry> read(const std::filesystem::path& file);

  std::filesystem::path file_;
  std::vector<Entry> entries_;  // the oldest first
};

}  // namespace reslab::app
