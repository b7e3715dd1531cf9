#include "reslab/train/schedule.h"

#include <cmath>
#include <numbers>

namespace reslab {
namespace {

constexpr double kLargestRate = 1e3;
constexpr double kLeastRate = 1e-9;  // where zero would waste a step

class Constant : public Schedule {
 public:
  double rate(const Progression&) const override { return start_; }
  Settings settings() override { return {number("start", "the rate", start_, 0, kLargestRate)}; }

 private:
  double start_ = 0.1;
};

class Steps : public Schedule {
 public:
  double rate(const Progression& at) const override {
    double value = start_;
    for (const auto step : at_)
      if (at.position >= step) value /= divide_by_;
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
  double rate(const Progression& at) const override {
    const auto phase = std::cos(std::numbers::pi * at.position / at.length);
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

/// Up to a rate that is too high to stay at, then down for the rest: Smith and Topin 2018,
/// Super-convergence. The momentum stays as it is.
class OneCycle : public Schedule {
 public:
  double rate(const Progression& at) const override {
    const auto phase = at.position / at.length;
    return phase < peak_at_ ? between(start_, peak_, phase / peak_at_)
                            : between(peak_, end_, (phase - peak_at_) / (1 - peak_at_));
  }
  Settings settings() override {
    return {number("start", "the rate at the beginning", start_, kLeastRate, kLargestRate),
            number("peak", "the highest rate", peak_, kLeastRate, kLargestRate),
            number("peak_at", "the fraction of the training after which the peak comes", peak_at_,
                   0, 1),
            number("end", "the rate at the end", end_, 0, kLargestRate)};
  }

 private:
  static double between(double from, double to, double part) { return from + (to - from) * part; }

  double start_ = 0.01;
  double peak_ = 0.1;
  double peak_at_ = 0.3;
  double end_ = 0;
};

/// Divided whenever the error has stopped falling (Deep Residual Learning, section 3.4).
class Plateau : public Schedule {
 public:
  double rate(const Progression& at) const override {
    return start_ / std::pow(divide_by_, static_cast<double>(at.plateaus));
  }
  std::optional<PlateauRule> plateau_rule() const override { return rule_; }
  Settings settings() override {
    return {number("start", "the rate at the beginning", start_, 0, kLargestRate),
            number("divide_by", "what each plateau divides the rate by", divide_by_, 1, 1e6),
            integer("patience", "evaluations in a row without a gain that make a plateau",
                    rule_.patience, 1, 1e6),
            number("least_gain",
                   "percentage points that the error has to fall by; the validation error, without "
                   "a validation set the training error, never the test error",
                   rule_.least_gain, 0, 100)};
  }

 private:
  double start_ = 0.1;
  double divide_by_ = 10;
  PlateauRule rule_;
};

}  // namespace

const std::vector<ScheduleEntry>& schedules() {
  static const std::vector<ScheduleEntry> list = {
      {"steps", "divided at given points", [] { return std::make_shared<Steps>(); }},
      {"cosine", "half a cosine from start to end", [] { return std::make_shared<Cosine>(); }},
      {"one-cycle", "straight up to a peak, straight down to the end",
       [] { return std::make_shared<OneCycle>(); }},
      {"plateau", "divided when the error has stopped falling",
       [] { return std::make_shared<Plateau>(); }},
      {"constant", "the same throughout", [] { return std::make_shared<Constant>(); }},
  };
  return list;
}

}  // namespace reslab
