#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reslab/base/setting.h"

namespace reslab {

/// Where a training is: position and length in the schedule's unit (iterations or epochs),
/// 0 ≤ position < length, and how often the error has stopped falling so far.
struct Progression {
  double position = 0;
  double length = 1;
  std::int64_t plateaus = 0;
};

/// When an error has stopped falling: `patience` evaluations in a row that are not below the best
/// one by `least_gain` percentage points or more.
struct PlateauRule {
  std::int64_t patience = 5;
  double least_gain = 0.1;
};

/// The learning rate as a function of where the training is.
class Schedule {
 public:
  virtual ~Schedule() = default;

  virtual double rate(const Progression& at) const = 0;

  /// What counts as a plateau, for a schedule that waits for them.
  virtual std::optional<PlateauRule> plateau_rule() const { return std::nullopt; }

  /// The settings, bound to this object.
  virtual Settings settings() = 0;
};

struct ScheduleEntry {
  std::string name;
  std::string meaning;
  std::function<std::shared_ptr<Schedule>()> make;
};

/// Every schedule there is.
const std::vector<ScheduleEntry>& schedules();

}  // namespace reslab
