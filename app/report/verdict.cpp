#include "app/report/verdict.h"

#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "app/config/metric.h"
#include "app/report/statistics.h"

namespace reslab::app {
namespace {

using Outcome = Verdict::Outcome;
using Relation = Expectation::Relation;

/// (iteration, value of a metric) for each record that has the metric.
using Series = std::vector<std::pair<std::int64_t, double>>;

Series series_of(const std::vector<Record>& records, const std::string& metric) {
  Series series;
  for (const auto& record : records)
    if (const auto value = metric_value(record, metric))
      series.emplace_back(record.iteration, *value);
  return series;
}

Series series_of(const std::vector<LayerRecord>& rows, const Measure& measure) {
  std::map<std::int64_t, std::vector<double>> layers;  // in forward order, by iteration
  for (const auto& row : rows)
    if (const auto value = metric_value(row, measure.metric))
      layers[row.iteration].push_back(*value);
  Series series;
  for (const auto& [iteration, values] : layers) {
    double value = spread_of(values)->mean;
    if (measure.layers == Measure::Layers::first) value = values.front();
    if (measure.layers == Measure::Layers::last) value = values.back();
    series.emplace_back(iteration, value);
  }
  return series;
}

/// The measure's value in one run; empty if no record has it.
std::optional<double> measured_value(const RunResult& run, const Measure& measure) {
  auto series = is_of_layers(measure) ? series_of(run.layers, measure)
                                      : series_of(run.records, measure.metric);
  if (measure.at)
    std::erase_if(series, [&](const auto& entry) { return entry.first != *measure.at; });
  if (measure.over_last) {
    const double end = static_cast<double>(run.records.back().iteration);
    std::erase_if(series, [&](const auto& entry) {
      return static_cast<double>(entry.first) <= end * (1 - *measure.over_last);
    });
  }
  if (series.empty()) return std::nullopt;
  if (!measure.over_last) return series.back().second;
  double sum = 0;
  for (const auto& entry : series) sum += entry.second;
  return sum / static_cast<double>(series.size());
}

/// The mean of a measure over the seeds, or why there is none.
struct Measured {
  Outcome outcome = Outcome::met;
  std::string text = {};
  double mean = 0;
  std::vector<double> values = {};  // one for each seed
};

std::string measure_text(const Measure& measure) {
  std::string text = measure.run + " " + measure.metric;
  if (is_of_layers(measure)) {
    const char* which[] = {"mean over layers", "first layer", "last layer"};
    text += fmt::format(" ({})", which[static_cast<int>(measure.layers)]);
  }
  if (measure.at) text += fmt::format(" at {}", *measure.at);
  if (measure.over_last) text += fmt::format(" over the last {:g} %", *measure.over_last * 100);
  return text;
}

Measured measure_seed(const Measure& measure, std::int64_t seed,
                      const std::vector<RunResult>& results) {
  for (const auto& result : results) {
    if (result.network != measure.run || result.seed != seed) continue;
    if (!result.failure.empty())
      return {Outcome::not_met, fmt::format("{} seed {} failed", measure.run, seed)};
    if (!result.finished) break;
    if (const auto value = measured_value(result, measure)) return {Outcome::met, "", *value};
    return {Outcome::not_met,
            fmt::format("{} seed {} has no such record", measure_text(measure), seed)};
  }
  return {Outcome::not_checked, fmt::format("{} seed {} was not run", measure.run, seed)};
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
  auto text = measure_text(measure) + " " + metric_text(measure.metric, spread.mean);
  if (spread.deviation)
    text += fmt::format(" ± {} ({} seeds)", metric_text(measure.metric, *spread.deviation),
                        values.size());
  return {Outcome::met, text, spread.mean, values};
}

std::string side(double distance) { return distance < 0 ? "below" : "above"; }

/// "wanted at least 10 above"; "wanted at most 3 above" for `below` by −3.
std::string wanted_text(const Expectation& expectation) {
  const bool above = expectation.relation == Relation::above;
  const double by = expectation.by.value_or(0);
  if (!expectation.by || by == 0) return above ? "wanted above" : "wanted below";
  return fmt::format("wanted at {} {:g} {}", by > 0 ? "least" : "most", std::abs(by),
                     side(above ? by : -by));
}

/// Says whether the difference between two measures is within the noise of the seeds.
void judge_noise(const Measured& value, const Measured& other, Verdict& verdict) {
  const auto n = value.values.size(), m = other.values.size();
  const auto unequal = n == m ? "" : fmt::format("unequal numbers of seeds, {} and {}: ", n, m);
  if (n < 2 || m < 2) {
    verdict.doubt = Verdict::Doubt::one_seed;
    verdict.noise = unequal + "more seeds would show whether chance explains it";
    return;
  }
  const auto test = welch_test(value.values, other.values);
  if (!test) return;
  const bool within = test->p >= kSignificanceLevel;
  if (within) verdict.doubt = Verdict::Doubt::within_noise;
  verdict.noise = fmt::format(
      "{}{} noise: Welch's t-test {}, n = {} and {}", unequal, within ? "within" : "beyond",
      test->p < 0.001 ? "p < 0.001" : fmt::format("p = {:.3g}", test->p), n, m);
}

/// Judges an expectation of `above` or `below`.
void judge_difference(const Expectation& expectation, const Measured& value, const Measured& other,
                      Verdict& verdict) {
  const double distance = value.mean - other.mean;
  const double good = expectation.relation == Relation::above ? distance : -distance;
  const bool met = expectation.by ? good >= *expectation.by : good > 0;
  const bool unequal = expectation.other && value.values.size() != other.values.size();
  const auto text_of = [unequal](const Measured& measured) {
    return measured.text + (unequal && measured.values.size() == 1 ? " (1 seed)" : "");
  };
  verdict.outcome = met ? Outcome::met : Outcome::not_met;
  verdict.numbers = fmt::format("{} is {} {} {}, {}", text_of(value),
                                metric_text(expectation.value.metric, std::abs(distance)),
                                side(distance), text_of(other), wanted_text(expectation));
  if (expectation.other) judge_noise(value, other, verdict);
}

}  // namespace

std::string Verdict::word() const {
  if (outcome == Outcome::met && doubt != Doubt::none)
    return doubt == Doubt::one_seed ? "met by one seed" : "met within noise";
  const char* words[] = {"met", "NOT MET", "not checked"};
  return words[static_cast<int>(outcome)];
}

std::string Verdict::text() const { return word() + ": " + claim + ": " + evidence(); }

std::string Verdict::evidence() const {
  auto line = numbers;
  if (!noise.empty()) line += "; " + noise;
  if (paper) line += fmt::format(" (paper: {:g})", *paper);
  return line;
}

Verdict judge(const Expectation& expectation, const Claims& claims,
              const std::vector<RunResult>& results) {
  Verdict verdict{Outcome::not_checked, expectation.claim, "", "", expectation.paper, {}};
  const auto value =
      measure_seeds(expectation.value, claims.seeds_of(expectation.value.run), results);
  Measured other{Outcome::met, fmt::format("{:g}", expectation.low), expectation.low};
  if (expectation.other)
    other = measure_seeds(*expectation.other, claims.seeds_of(expectation.other->run), results);
  for (const auto outcome : {Outcome::not_met, Outcome::not_checked})
    for (const auto* measured : {&std::as_const(value), &std::as_const(other)})
      if (measured->outcome == outcome) {
        verdict.outcome = outcome;
        verdict.numbers = measured->text;
        return verdict;
      }
  if (expectation.relation != Relation::between) {
    judge_difference(expectation, value, other, verdict);
    return verdict;
  }
  const bool met = expectation.low <= value.mean && value.mean <= expectation.high;
  verdict.outcome = met ? Outcome::met : Outcome::not_met;
  verdict.numbers =
      fmt::format("{}, wanted {:g} to {:g}", value.text, expectation.low, expectation.high);
  return verdict;
}

}  // namespace reslab::app
