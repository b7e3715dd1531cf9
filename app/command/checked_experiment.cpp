#include "app/command/checked_experiment.h"

#include <algorithm>
#include <functional>
#include <map>

#include <fmt/ranges.h>
#include <fnmatch.h>

#include "app/bench/estimate.h"
#include "app/config/input_errors.h"
#include "app/runs/initial_weights.h"
#include "app/runs/run_checks.h"
#include "app/runs/run_directory.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

/// Whether --only chooses each run.
std::vector<bool> chosen_runs(const Experiment& experiment, const std::string& only) {
  std::vector<bool> chosen;
  for (const auto& run : experiment.runs)
    chosen.push_back(only.empty() || fnmatch(only.c_str(), run.name.c_str(), 0) == 0);
  if (std::ranges::find(chosen, true) == chosen.end() && !only.empty()) {
    std::vector<std::string> names;
    for (const auto& run : experiment.runs)
      if (std::ranges::find(names, run.name) == names.end()) names.push_back(run.name);
    throw InvalidInput(fmt::format("{}: no run is named '{}'; there are: {}", experiment.file, only,
                                   fmt::join(names, ", ")));
  }
  return chosen;
}

/// Sorts the runs of each group, and the groups by their first run, by multiply-adds, the largest
/// first.
void put_longest_first(const Experiment& experiment, std::vector<RunsOfData>& groups) {
  std::map<std::size_t, double> macs;
  const auto macs_of = [&macs](std::size_t run) { return macs.at(run); };
  for (auto& [source, runs] : groups) {
    const auto outline = source->outline();
    for (const auto run : runs) macs[run] = run_macs(experiment.runs[run], *outline);
    std::ranges::stable_sort(runs, std::greater(), macs_of);
  }
  std::ranges::stable_sort(groups, std::greater(),
                           [&](const RunsOfData& group) { return macs_of(group.runs.front()); });
}

}  // namespace

CheckedExperiment check_experiment(const std::string& file, const RunChoice& choice) {
  CheckedExperiment checked{load_experiment(file, choice.assignments), {}, {}, {}};
  auto& experiment = checked.experiment;
  checked.directory = choice.out / experiment.name;
  const auto chosen = chosen_runs(experiment, choice.only);
  checked.data = by_data(experiment);
  InputErrors errors;
  for (auto& [source, runs] : checked.data) {
    if (const auto outline = source->outline())
      errors.gather([&, &indices = runs] { fit_to_data(experiment, indices, *outline); });
    else
      for (const auto& line : source->file_errors(Splits::all)) errors.add(experiment.file, line);
    std::erase_if(runs, [&](std::size_t index) { return !chosen[index]; });
  }
  errors.raise();
  std::erase_if(checked.data, [](const RunsOfData& group) { return group.runs.empty(); });
  if (choice.longest_first) put_longest_first(experiment, checked.data);
  for (const auto& group : checked.data)
    checked.runs.insert(checked.runs.end(), group.runs.begin(), group.runs.end());
  check_identities(experiment, checked.runs, checked.directory);
  check_initial_weights(experiment, checked.runs, checked.directory);
  return checked;
}

FoundRuns results_of(const CheckedExperiment& checked) {
  std::vector<RunResult> results;
  InputErrors errors;
  for (const auto& plan : checked.experiment.runs) {
    const RunDirectory run(checked.directory, plan.name, plan.seed);
    if (has_entry(run.run_json())) errors.gather([&] { results.push_back(read_run(run.path())); });
  }
  return {std::move(results), errors.lines()};
}

}  // namespace reslab::app
