#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config/document.h"
#include "app/config/input_errors.h"
#include "app/config/run_plan.h"
#include "reslab/data/options.h"

namespace reslab::app {

/// A number measured on the runs of one network: the mean over the seeds of the last record that
/// has the metric, unless `at` or `over_last` says otherwise.
struct Measure {
  enum class Layers { mean, first, last };

  std::string run;                  // the network's name
  std::string metric;               // one of `metric_names()` or of `layer_metric_names()`
  std::optional<std::int64_t> at;   // the record of this iteration
  std::optional<double> over_last;  // mean over the records of the last fraction of the iterations
  Layers layers = Layers::mean;     // which of those that have the metric, of a layer's
};

/// Whether the measure is of layers.csv.
bool is_of_layers(const Measure& measure);

/// A claim that an experiment makes about its results.
struct Expectation {
  enum class Relation { above, below, between };

  std::string claim;
  Measure value;
  Relation relation = Relation::above;
  std::optional<Measure> other;  // what `value` is above or below; without it, `low` is
  double low = 0;
  double high = 0;           // with `low`, the ends of between, both included
  std::optional<double> by;  // points between them at least; below zero: at most on the wrong side
  std::optional<double> paper;  // the paper's number for `value`
};

Settings settings(Measure& measure);
/// All but `above` and `below`; `ends` are those of `between`.
Settings settings(Expectation& expectation, std::vector<double>& ends);

/// The claim as `read_expectations` would read it back.
Json to_json(const Expectation& expectation);

/// Reads the file's `expect`, checked against the runs, data and diagnostics it is about. What is
/// wrong is added to `mistakes`. Where `runs` are not all known, `runs_complete` is false and names
/// are not checked.
std::vector<Expectation> read_expectations(const Document& document,
                                           const std::vector<RunPlan>& runs, bool runs_complete,
                                           const DataOptions& data,
                                           const std::vector<std::string>& diagnostics,
                                           Mistakes& mistakes);

/// The paper's numbers beside a network's own, by metric: those of expectations on its last
/// records.
std::map<std::string, double> paper_numbers(const std::vector<Expectation>& expectations,
                                            const std::string& run);

}  // namespace reslab::app
