#pragma once

#include <cstdint>
#include <limits>

#include "reslab/train/schedule.h"

namespace reslab {

/// Counts how often an error has stopped falling.
struct PlateauCounter {
  double best = std::numeric_limits<double>::infinity();  // percent
  std::int64_t without_gain = 0;                          // evaluations since
  std::int64_t plateaus = 0;

  /// Takes the next evaluation's error.
  void note(double error, const PlateauRule& rule) {
    if (error <= best - rule.least_gain) {
      best = error;
      without_gain = 0;
    } else if (++without_gain >= rule.patience) {
      ++plateaus;
      without_gain = 0;
    }
  }
};

}  // namespace reslab
