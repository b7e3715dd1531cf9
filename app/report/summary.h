#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/config/json.h"
#include "app/report/statistics.h"
#include "app/report/table.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// The runs of one network in one experiment.
struct NetworkRuns {
  std::string label;  // the network's name, prefixed where several networks share it
  std::vector<const RunResult*> all;      // every seed
  std::vector<const RunResult*> counted;  // the seeds that the table averages over

  /// The seeds that figures average over: the counted ones, or the failed ones if none counts.
  const std::vector<const RunResult*>& drawn() const { return counted.empty() ? all : counted; }
};

/// Groups the results by network, in the order of their first runs. Finished seeds count; if a
/// network has none, its running seeds do. Failed seeds never count. The pointers are into
/// `results`.
std::vector<NetworkRuns> by_network(const std::vector<RunResult>& results);

/// An error in percent over the counted seeds, each at its last record that has it. `metric`: the
/// name of an error, one of `metric_names()`.
std::optional<Spread> last_error(const NetworkRuns& runs, const std::string& metric);

/// The first record with the lowest validation error, whose weights are in best.safetensors. Null
/// if no record has a validation error.
const Record* best_on_validation(const std::vector<Record>& records);

/// The test error in percent over the counted seeds, each at `best_on_validation`; empty if a seed
/// has no test error there.
std::optional<Spread> test_error_at_best_validation(const NetworkRuns& runs);

/// "6.61 ± 0.16", "6.61" for one value; empty without values.
std::string spread_text(const std::optional<Spread>& spread);

/// The lowest last iteration of the counted seeds; 0 if there are none.
std::int64_t iterations_of(const NetworkRuns& runs);

/// Training images in `iterations_of`; empty without counted seeds or a known batch size.
std::optional<std::int64_t> images_of(const NetworkRuns& runs);

/// Time of the training steps in minutes: the mean over the counted seeds that recorded it.
std::optional<double> minutes_of(const NetworkRuns& runs);

/// The table of results: network, parameters, seeds, iterations, training images, training time,
/// and the errors in percent with the paper's numbers.
Table results_table(const std::vector<NetworkRuns>& networks);

/// A line for each unfinished seed: how far it came and whether it counts.
std::vector<std::string> unfinished_seeds(const std::vector<NetworkRuns>& networks);

/// The same numbers as a list with an object for each network; null for unknown values.
Json summary_json(const std::vector<RunResult>& results);

/// Adds the members METRIC and METRIC_deviation to an object; null for unknown values.
void add_spread(Json& object, const std::string& metric, const std::optional<Spread>& spread);

}  // namespace reslab::app
