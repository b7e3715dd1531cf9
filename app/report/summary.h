#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/report/run_result.h"

namespace reslab::app {

/// A metric over the seeds of a network.
struct Spread {
  double mean = 0;
  std::optional<double> deviation;  // sample standard deviation, of two seeds or more
};

/// The mean and the sample standard deviation of the values, or nothing of none.
std::optional<Spread> spread_of(const std::vector<double>& values);

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

/// A split's error in percent over the counted seeds, each at its last record that has it. `metric`
/// is "train_error", "validation_error" or "test_error".
std::optional<Spread> last_error(const NetworkRuns& runs, const std::string& metric);

/// The iteration that the counted seeds have reached, the least of them; 0 without any.
std::int64_t iterations_of(const NetworkRuns& runs);

/// A record's value of such a metric.
std::optional<double> error_of(const Record& record, const std::string& metric);

}  // namespace reslab::app
