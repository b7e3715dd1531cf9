#pragma once

#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

#include "reslab/base/setting.h"

namespace reslab {

/// The progress of a training: position and length in the schedule's unit (iterations or epochs),
/// 0 ≤ position < length, and the number of plateaus of the error so far.
struct Progression {
  double position = 0;
  double length = 1;
  std::int64_t plateaus = 0;
};

// The schedules: the learning rate as a function of the progression. A new one is a struct with
// `kName`, `rate()` and `settings()`, listed in Schedule.

/// A rate that is divided at given positions.
struct Steps {
  static constexpr const char* kName = "steps";
  double start = 0.1;
  double divide_by = 10;
  std::vector<double> at = {32000, 48000};

  double rate(const Progression& now) const;
  static Settings<Steps> settings();
  bool operator==(const Steps&) const = default;
};

/// Half a cosine from `start` to `end` (Loshchilov and Hutter 2017, without restarts).
struct Cosine {
  static constexpr const char* kName = "cosine";
  double start = 0.1;
  double end = 0;

  double rate(const Progression& now) const;
  static Settings<Cosine> settings();
  bool operator==(const Cosine&) const = default;
};

/// A linear rise to a rate that is too high to stay at, then a linear fall (Smith and Topin 2018,
/// Super-convergence). The momentum does not change.
struct OneCycle {
  static constexpr const char* kName = "one-cycle";
  double start = 0.01;
  double peak = 0.1;
  double peak_at = 0.3;  // fraction of the training
  double end = 0;

  double rate(const Progression& now) const;
  static Settings<OneCycle> settings();
  bool operator==(const OneCycle&) const = default;
};

/// A rate that is divided at every plateau of the error (Deep Residual Learning, section 3.4). A
/// plateau is `patience` evaluations in a row that are not below the best error by `least_gain`
/// percentage points or more.
struct Plateau {
  static constexpr const char* kName = "plateau";
  double start = 0.1;
  double divide_by = 10;
  std::int64_t patience = 5;
  double least_gain = 0.1;

  double rate(const Progression& now) const;
  static Settings<Plateau> settings();
  bool operator==(const Plateau&) const = default;
};

/// The same rate throughout.
struct Constant {
  static constexpr const char* kName = "constant";
  double start = 0.1;

  double rate(const Progression& now) const;
  static Settings<Constant> settings();
  bool operator==(const Constant&) const = default;
};

/// Every schedule. The first one is the default.
using Schedule = std::variant<Steps, Cosine, OneCycle, Plateau, Constant>;

/// The learning rate at this point of the training.
double rate(const Schedule& schedule, const Progression& now);

/// A factor of any schedule's rate that rises linearly from `start_factor` to 1 over the first
/// `iterations` iterations, like PyTorch's LinearLR.
struct LinearWarmup {
  std::int64_t iterations = 1000;
  double start_factor = 0.01;

  /// The factor in the step after `iteration` finished steps.
  double factor(std::int64_t iteration) const;
  static Settings<LinearWarmup> settings();
  bool operator==(const LinearWarmup&) const = default;
};

/// Counts the plateaus of an error.
struct PlateauCounter {
  double best = std::numeric_limits<double>::infinity();  // percent
  std::int64_t without_gain = 0;                          // evaluations since the last gain
  std::int64_t plateaus = 0;

  /// Counts one evaluation. `error` is in percent.
  void note(double error, const Plateau& plateau);
};

}  // namespace reslab
