#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reslab/setting.h"

namespace reslab {

/// The learning rate as a function of the position in a training.
class Schedule {
 public:
  virtual ~Schedule() = default;

  /// The rate at `position` of a training of `length`, both in the schedule's unit (iterations or
  /// epochs); 0 ≤ position < length.
  virtual double rate(double position, double length) const = 0;

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
