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
  Layers layers = Layers::mean;     // which of the layers, if the metric is measured in layers

  bool operator==(const Measure&) const = default;
};

/// Whether the metric is a column of layers.csv.
bool is_of_layers(const Measure& measure);

/// A claim that an experiment makes about its results.
struct Expectation {
  enum class Relation { above, below, between };

  std::string claim;
  Measure value;
  Relation relation = Relation::above;
  std::optional<Measure> other;  // `above`, `below`: the other measure; empty: the number `low`
  double low = 0;                // `above`, `below`: the number; `between`: the lower end
  double high = 0;               // `between`: the upper end; both ends are included
  std::optional<double> by;  // minimum distance in points; negative: most points on the wrong side
  std::optional<double> paper;  // the paper's number for `value`

  bool operator==(const Expectation&) const = default;
};

const Settings<Measure>& measure_settings();
/// All settings of a claim but `above` and `below`.
const Settings<Expectation>& expectation_settings();

/// The claim as `read_expectations` would read it back.
Json to_json(const Expectation& expectation);

/// Reads the file's `expect` and checks the claims against the runs and diagnostics.
/// Adds a line to `errors` for each error. If `runs_complete` is false, `runs` may lack some runs,
/// so names of runs are not checked.
std::vector<Expectation> read_expectations(const Document& document,
                                           const std::vector<RunPlan>& runs, bool runs_complete,
                                           const std::vector<std::string>& diagnostics,
                                           InputErrors& errors);

/// The paper's numbers for a network, by metric, from the expectations on its last records.
std::map<std::string, double> paper_numbers(const std::vector<Expectation>& expectations,
                                            const std::string& run);

}  // namespace reslab::app
