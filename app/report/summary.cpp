#include "app/report/summary.h"

#include <algorithm>
#include <map>

#include "app/config/metric.h"

namespace reslab::app {
namespace {

std::vector<NetworkRuns*> with_shared_labels(std::vector<NetworkRuns>& networks) {
  std::map<std::string, int> count;
  for (const auto& runs : networks) ++count[runs.label];
  std::vector<NetworkRuns*> found;
  for (auto& runs : networks)
    if (count[runs.label] > 1) found.push_back(&runs);
  return found;
}

/// Labels the networks with their names. If two names are equal, adds the experiments' names to all
/// labels; if labels are still equal, replaces these experiments' names by their directories.
void set_labels(std::vector<NetworkRuns>& networks) {
  for (auto& runs : networks) runs.label = runs.all.front()->network;
  if (with_shared_labels(networks).empty()) return;
  for (auto& runs : networks) runs.label = experiment_of(*runs.all.front()) + "/" + runs.label;
  for (auto* runs : with_shared_labels(networks)) {
    const RunResult& run = *runs->all.front();
    const auto directory = std::filesystem::proximate(experiment_directory(run));
    runs->label = (directory / run.network).string();
  }
}

std::vector<const RunResult*> counted_seeds(const std::vector<const RunResult*>& all) {
  std::vector<const RunResult*> finished, running;
  for (const auto* run : all) {
    if (run->finished)
      finished.push_back(run);
    else if (run->failure.empty() && !run->records.empty())
      running.push_back(run);
  }
  return finished.empty() ? running : finished;
}

}  // namespace

std::vector<NetworkRuns> by_network(const std::vector<RunResult>& results) {
  std::vector<NetworkRuns> networks;
  std::map<std::pair<std::filesystem::path, std::string>, std::size_t> place;
  for (const auto& result : results) {
    const auto [found, is_new] =
        place.try_emplace({experiment_directory(result), result.network}, networks.size());
    if (is_new) networks.emplace_back();
    networks[found->second].all.push_back(&result);
  }
  for (auto& runs : networks) runs.counted = counted_seeds(runs.all);
  set_labels(networks);
  return networks;
}

std::optional<Spread> last_error(const NetworkRuns& runs, const std::string& metric) {
  std::vector<double> values;
  for (const auto* run : runs.counted)
    for (auto record = run->records.rbegin(); record != run->records.rend(); ++record)
      if (const auto error = metric_value(*record, metric)) {
        values.push_back(*error);
        break;
      }
  return spread_of(values);
}

const Record* best_on_validation(const std::vector<Record>& records) {
  const Record* best = nullptr;
  for (const auto& record : records)
    if (record.validation && (!best || record.validation->error < best->validation->error))
      best = &record;
  return best;
}

std::optional<Spread> test_error_at_best_validation(const NetworkRuns& runs) {
  std::vector<double> values;
  for (const auto* run : runs.counted) {
    const Record* best = best_on_validation(run->records);
    if (!best || !best->test) return {};
    values.push_back(best->test->error);
  }
  return spread_of(values);
}

std::int64_t iterations_of(const NetworkRuns& runs) {
  std::int64_t least = 0;
  for (const auto* run : runs.counted) {
    const std::int64_t last = run->records.back().iteration;
    least = least == 0 ? last : std::min(least, last);
  }
  return least;
}

std::optional<std::int64_t> images_of(const NetworkRuns& runs) {
  if (runs.counted.empty()) return {};
  const auto batch = batch_of(*runs.counted.front());
  if (!batch) return {};
  return iterations_of(runs) * *batch;
}

std::optional<double> minutes_of(const NetworkRuns& runs) {
  std::vector<double> minutes;
  for (const auto* run : runs.counted)
    if (run->training_seconds) minutes.push_back(*run->training_seconds / 60);
  const auto spread = spread_of(minutes);
  return spread ? std::optional(spread->mean) : std::nullopt;
}

}  // namespace reslab::app
