#include "reslab/train/schedule.h"

#include <cmath>
#include <numbers>

#include "reslab/base/setting_rows.h"

namespace reslab {
namespace {

constexpr double kLargestRate = 1e3;
constexpr double kLeastRate = 1e-9;  // above zero, since a step at rate zero changes nothing

double between(double from, double to, double part) { return from + (to - from) * part; }

}  // namespace

double Steps::rate(const Progression& now) const {
  double value = start;
  for (const auto step : at)
    if (now.position >= step) value /= divide_by;
  return value;
}

Settings<Steps> Steps::settings() {
  return {number("start", "the rate before the first step", &Steps::start, 0, kLargestRate),
          number("divide_by", "divisor of the rate at each step", &Steps::divide_by, 1, 1e6),
          number("at", "positions of the steps; they may lie beyond the last iteration", &Steps::at,
                 0, 1e9)};
}

double Cosine::rate(const Progression& now) const {
  const auto phase = std::cos(std::numbers::pi * now.position / now.length);
  return end + (start - end) * 0.5 * (1 + phase);
}

Settings<Cosine> Cosine::settings() {
  return {number("start", "the rate at the beginning", &Cosine::start, 0, kLargestRate),
          number("end", "the rate at the end", &Cosine::end, 0, kLargestRate)};
}

double OneCycle::rate(const Progression& now) const {
  const auto phase = now.position / now.length;
  return phase < peak_at ? between(start, peak, phase / peak_at)
                         : between(peak, end, (phase - peak_at) / (1 - peak_at));
}

Settings<OneCycle> OneCycle::settings() {
  return {number("start", "the rate at the beginning", &OneCycle::start, kLeastRate, kLargestRate),
          number("peak", "the highest rate", &OneCycle::peak, kLeastRate, kLargestRate),
          number("peak_at", "fraction of the training before the peak", &OneCycle::peak_at, 0, 1),
          number("end", "the rate at the end", &OneCycle::end, 0, kLargestRate)};
}

double Plateau::rate(const Progression& now) const {
  return start / std::pow(divide_by, static_cast<double>(now.plateaus));
}

Settings<Plateau> Plateau::settings() {
  return {number("start", "the rate at the beginning", &Plateau::start, 0, kLargestRate),
          number("divide_by", "divisor of the rate at each plateau", &Plateau::divide_by, 1, 1e6),
          number("patience", "evaluations in a row without a gain that make a plateau",
                 &Plateau::patience, 1, 1e6),
          number("least_gain",
                 "percentage points by which the error must fall; it is the validation error, or "
                 "the training error if there is no validation set",
                 &Plateau::least_gain, 0, 100)};
}

double Constant::rate(const Progression&) const { return start; }

Settings<Constant> Constant::settings() {
  return {number("start", "the rate", &Constant::start, 0, kLargestRate)};
}

double rate(const Schedule& schedule, const Progression& now) {
  return std::visit([&now](const auto& kind) { return kind.rate(now); }, schedule);
}

double LinearWarmup::factor(std::int64_t iteration) const {
  if (iteration >= iterations) return 1;
  return between(start_factor, 1, static_cast<double>(iteration) / static_cast<double>(iterations));
}

Settings<LinearWarmup> LinearWarmup::settings() {
  return {
      number("iterations", "iterations until the whole rate", &LinearWarmup::iterations, 1, 1e9),
      number("start_factor", "factor of the rate in the first iteration",
             &LinearWarmup::start_factor, 0, 1)};
}

void PlateauCounter::note(double error, const Plateau& plateau) {
  if (error <= best - plateau.least_gain) {
    best = error;
    without_gain = 0;
  } else if (++without_gain >= plateau.patience) {
    ++plateaus;
    without_gain = 0;
  }
}

}  // namespace reslab
