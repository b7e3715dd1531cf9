#include "app/report/summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace reslab::app {
namespace {

std::vector<NetworkRuns*> clashing(std::vector<NetworkRuns>& networks) {
  std::map<std::string, int> count;
  for (const auto& runs : networks) ++count[runs.label];
  std::vector<NetworkRuns*> found;
  for (auto& runs : networks)
    if (count[runs.label] > 1) found.push_back(&runs);
  return found;
}

/// Labels that tell the networks apart: their names; where these clash, all with their experiments'
/// names; where these clash too, with the directories of their experiments.
void set_labels(std::vector<NetworkRuns>& networks) {
  for (auto& runs : networks) runs.label = runs.all.front()->network;
  if (clashing(networks).empty()) return;
  for (auto& runs : networks) runs.label = experiment_of(*runs.all.front()) + "/" + runs.label;
  for (auto* runs : clashing(networks)) {
    const RunResult& run = *runs->all.front();
    const auto directory = std::filesystem::proximate(experiment_directory(run));
    runs->label = (directory / run.network).string();
  }
}

std::vector<const RunResult*> counted_of(const std::vector<const RunResult*>& all) {
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

std::optional<Spread> spread_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  Spread spread{std::accumulate(values.begin(), values.end(), 0.0) / count, {}};
  if (values.size() < 2) return spread;
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  spread.deviation = std::sqrt(squares / (count - 1));
  return spread;
}

std::optional<double> error_of(const Record& record, const std::string& metric) {
  if (metric == "train_error") return record.train.error;
  const auto& score = metric == "test_error" ? record.test : record.validation;
  return score ? std::optional(score->error) : std::nullopt;
}

std::vector<NetworkRuns> by_network(const std::vector<RunResult>& results) {
  std::vector<NetworkRuns> networks;
  std::map<std::pair<std::filesystem::path, std::string>, std::size_t> place;
  for (const auto& result : results) {
    const auto [found, is_new] =
        place.try_emplace({experiment_directory(result), result.network}, networks.size());
    if (is_new) networks.emplace_back();
    networks[found->second].all.push_back(&result);
  }
  for (auto& runs : networks) runs.counted = counted_of(runs.all);
  set_labels(networks);
  return networks;
}

std::optional<Spread> last_error(const NetworkRuns& runs, const std::string& metric) {
  std::vector<double> values;
  for (const auto* run : runs.counted)
    for (auto record = run->records.rbegin(); record != run->records.rend(); ++record)
      if (const auto error = error_of(*record, metric)) {
        values.push_back(*error);
        break;
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

}  // namespace reslab::app
