#include "reslab/train/schedule.h"

#include <cmath>
#include <numbers>

namespace reslab {
namespace {

constexpr double kLargestRate = 1e3;

class Constant : public Schedule {
 public:
  double rate(double, double) const override { return start_; }
  Settings settings() override { return {number("start", "the rate", start_, 0, kLargestRate)}; }

 private:
  double start_ = 0.1;
};

class Steps : public Schedule {
 public:
  double rate(double position, double) const override {
    double value = start_;
    for (const auto step : at_)
      if (position >= step) value /= divide_by_;
    return value;
  }
  Settings settings() override {
    return {
        number("start", "the rate before the first step", start_, 0, kLargestRate),
        number("divide_by", "what each step divides the rate by", divide_by_, 1, 1e6),
        numbers("at", "where the steps are; beyond the last iteration is allowed", at_, 0, 1e9)};
  }

 private:
  double start_ = 0.1;
  double divide_by_ = 10;
  std::vector<double> at_ = {32000, 48000};
};

/// Half a cosine from `start` to `end` (Loshchilov and Hutter 2017, without restarts).
class Cosine : public Schedule {
 public:
  double rate(double position, double length) const override {
    const auto phase = std::cos(std::numbers::pi * position / length);
    return end_ + (start_ - end_) * 0.5 * (1 + phase);
  }
  Settings settings() override {
    return {number("start", "the rate at the beginning", start_, 0, kLargestRate),
            number("end", "the rate at the end", end_, 0, kLargestRate)};
  }

 private:
  double start_ = 0.1;
  double end_ = 0;
};

}  // namespace

const std::vector<ScheduleEntry>& schedules() {
  static const std::vector<ScheduleEntry> list = {
      {"steps", "divided at given points", [] { return std::make_shared<Steps>(); }},
      {"cosine", "half a cosine from start to end", [] { return std::make_shared<Cosine>(); }},
      {"constant", "the same throughout", [] { return std::make_shared<Constant>(); }},
  };
  return list;
}

}  // namespace reslab
