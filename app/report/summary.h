#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/report/statistics.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// The runs of one network in one experiment.
struct NetworkRuns {
  std::string label;                      // the network, with what tells it from others of its name
  std::vector<const RunResult*> all;      // every seed
  std::vector<const RunResult*> counted;  // the seeds that its numbers and curves are means over
};

/// The runs by network, in the order of their first runs. Counted are the finished seeds; while
/// there is none, the running ones; of failed seeds nothing is counted. The pointers are into
/// `results`.
std::vector<NetworkRuns> by_network(const std::vector<RunResult>& results);

/// The seeds that a network's figures are means over: those that count; where none does, the failed
/// ones as far as they came.
const std::vector<const RunResult*>& drawn_of(const NetworkRuns& runs);

/// A split's error in percent over the counted seeds, each at its last record that has it. `metric`
/// is one of `metric_names()` that are errors.
std::optional<Spread> last_error(const NetworkRuns& runs, const std::string& metric);

/// The test error in percent over the counted seeds, each at its record with the least validation
/// error, the first of equals; nothing where a seed has no such record. These are the weights in
/// best.safetensors. The test split has no part in the choice.
std::optional<Spread> test_error_at_best_validation(const NetworkRuns& runs);

/// The iteration that the counted seeds have reached, the least of them; 0 without any.
std::int64_t iterations_of(const NetworkRuns& runs);

/// The training images of these iterations; nothing without counted seeds or the size of a batch.
std::optional<std::int64_t> images_of(const NetworkRuns& runs);

/// How long the training steps took, the mean over the counted seeds that say it.
std::optional<double> minutes_of(const NetworkRuns& runs);

}  // namespace reslab::app
