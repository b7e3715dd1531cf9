#include "app/experiment/verdict.h"

#include <cmath>

#include <fmt/format.h>

#include "app/report/summary.h"

namespace reslab::app {
namespace {

using Outcome = Verdict::Outcome;
using Relation = Expectation::Relation;

std::optional<double> value_of(const Record& record, const std::string& metric) {
  const bool loss = metric.ends_with("loss");
  std::optional<Score> score = record.train;
  if (metric.starts_with("validation")) score = record.validation;
  if (metric.starts_with("test")) score = record.test;
  if (!score) return std::nullopt;
  return loss ? score->loss : score->error;
}

/// The measure's value in one training, or nothing where no record has it.
std::optional<double> value_of(const std::vector<Record>& records, const Measure& measure) {
  std::optional<double> last;
  double sum = 0;
  std::int64_t count = 0;
  for (const auto& record : records) {
    const auto value = value_of(record, measure.metric);
    if (!value || (measure.at && record.iteration != *measure.at)) continue;
    last = value;
    const auto end = static_cast<double>(records.back().iteration);
    if (!measure.over_last ||
        static_cast<double>(record.iteration) <= end * (1 - *measure.over_last))
      continue;
    sum += *value;
    ++count;
  }
  if (!measure.over_last) return last;
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

/// A measure over the seeds, or why there is none.
struct Measured {
  Outcome outcome = Outcome::met;
  double mean = 0;
  std::string text;
};

std::string what_is_measured(const Measure& measure) {
  std::string text = measure.run + " " + measure.metric;
  if (measure.at) text += fmt::format(" at {}", *measure.at);
  if (measure.over_last) text += fmt::format(" over the last {:g} %", *measure.over_last * 100);
  return text;
}

Measured measure_seed(const Measure& measure, std::int64_t seed,
                      const std::vector<RunResult>& results) {
  for (const auto& result : results) {
    if (result.network != measure.run || result.seed != seed) continue;
    if (!result.failure.empty())
      return {Outcome::not_met, 0, fmt::format("{} seed {} failed", measure.run, seed)};
    if (!result.finished) break;
    if (const auto value = value_of(result.records, measure)) return {Outcome::met, *value, ""};
    return {Outcome::not_met, 0,
            fmt::format("{} seed {} has no record of it", what_is_measured(measure), seed)};
  }
  return {Outcome::not_checked, 0, fmt::format("{} seed {} was not run", measure.run, seed)};
}

Measured measure_seeds(const Measure& measure, const std::vector<std::int64_t>& seeds,
                       const std::vector<RunResult>& results) {
  std::vector<double> values;
  Measured missing;
  for (const auto seed : seeds) {
    const auto one = measure_seed(measure, seed, results);
    if (one.outcome == Outcome::not_met) return one;
    if (one.outcome == Outcome::not_checked && missing.text.empty()) missing = one;
    values.push_back(one.mean);
  }
  if (!missing.text.empty()) return missing;
  const auto spread = spread_of(values).value_or(Spread());
  const int digits = measure.metric.ends_with("loss") ? 4 : 2;
  auto text = fmt::format("{} {:.{}f}", what_is_measured(measure), spread.mean, digits);
  if (spread.deviation)
    text += fmt::format(" ± {:.{}f} ({} seeds)", *spread.deviation, digits, values.size());
  return {Outcome::met, spread.mean, text};
}

std::string side(double distance) { return distance < 0 ? "below" : "above"; }

/// "wanted at least 10 above", "wanted at most 3 above" for below by −3.
std::string wish(const Expectation& expectation) {
  const bool above = expectation.relation == Relation::above;
  const double by = expectation.by.value_or(0);
  if (!expectation.by || by == 0) return above ? "wanted above" : "wanted below";
  return fmt::format("wanted at {} {:g} {}", by > 0 ? "least" : "most", std::abs(by),
                     side(above ? by : -by));
}

Verdict judge_distance(const Expectation& expectation, const Measured& value,
                       const Measured& other) {
  const double distance = value.mean - other.mean;
  const double good = expectation.relation == Relation::above ? distance : -distance;
  const bool met = expectation.by ? good >= *expectation.by : good > 0;
  return {met ? Outcome::met : Outcome::not_met,
          fmt::format("{} is {:.2f} {} {}, {}", value.text, std::abs(distance), side(distance),
                      other.text, wish(expectation))};
}

/// The verdict without the claim's words.
Verdict verdict(const Expectation& expectation, const std::vector<std::int64_t>& seeds,
                const std::vector<RunResult>& results) {
  const auto value = measure_seeds(expectation.value, seeds, results);
  Measured other{Outcome::met, expectation.low, fmt::format("{:g}", expectation.low)};
  if (expectation.other) other = measure_seeds(*expectation.other, seeds, results);
  for (const auto outcome : {Outcome::not_met, Outcome::not_checked}) {
    if (value.outcome == outcome) return {outcome, value.text};
    if (other.outcome == outcome) return {outcome, other.text};
  }
  if (expectation.relation != Relation::between) return judge_distance(expectation, value, other);
  const bool met = expectation.low <= value.mean && value.mean <= expectation.high;
  return {met ? Outcome::met : Outcome::not_met,
          fmt::format("{}, wanted {:g} to {:g}", value.text, expectation.low, expectation.high)};
}

}  // namespace

Verdict judge(const Expectation& expectation, const std::vector<std::int64_t>& seeds,
              const std::vector<RunResult>& results) {
  auto result = verdict(expectation, seeds, results);
  const char* words[] = {"met", "NOT MET", "not checked"};
  result.text = fmt::format("{}: {}: {}", words[static_cast<int>(result.outcome)],
                            expectation.claim, result.text);
  if (expectation.paper) result.text += fmt::format(" (paper: {:g})", *expectation.paper);
  return result;
}

}  // namespace reslab::app
