#include "app/report/setting_comparison.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "app/config/experiment.h"
#include "app/config/metric.h"
#include "app/config/run_name.h"
#include "app/config/settings_reader.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

/// One value for each network's runs; nullptr if run.json has none.
using Values = std::vector<const Json*>;

struct VariedSetting {
  std::string pointer;
  std::vector<Json> values;
};

/// Collects the settings whose values differ.
class Differences {
 public:
  std::vector<VariedSetting> found;

  void add(const std::string& pointer, Values values) {
    const auto absent = std::ranges::count(values, nullptr);
    std::optional<Json> initial;
    if (absent > 0 && !fill(pointer, values, initial)) return;
    const auto same = [&values](const Json* value) {
      return value != nullptr && values.front() != nullptr && *value == *values.front();
    };
    if (std::ranges::all_of(values, same)) return;
    const auto is_object = [](const Json* value) { return value != nullptr && value->is_object(); };
    if (std::ranges::all_of(values, is_object)) return add_members(pointer, values);
    auto& setting = found.emplace_back(VariedSetting{pointer, {}});
    for (const auto* value : values) setting.values.push_back(value == nullptr ? Json() : *value);
  }

 private:
  /// Replaces absent values by the default if run.json leaves defaults out. Returns false if values
  /// are absent because the kinds of optimizer, schedule or data differ.
  static bool fill(const std::string& pointer, Values& values, std::optional<Json>& initial) {
    const auto rows = settings_at(experiment_settings().list(), pointer);
    const bool of_kind = !rows.empty() && std::ranges::all_of(rows, [](const auto* row) {
      return !row->kind.empty();
    });
    if (!of_kind) {
      for (const auto* row : rows)
        initial = std::visit([](const auto& held) { return Json(held); }, row->initial);
      if (initial) std::ranges::replace(values, nullptr, &*initial);
      return true;
    }
    const Json* first = nullptr;
    for (const auto* value : values) {
      if (value == nullptr) continue;
      if (first != nullptr && *value != *first) return true;
      first = value;
    }
    return false;
  }

  void add_members(const std::string& pointer, const Values& values) {
    std::vector<std::string> keys;
    for (const auto* value : values)
      for (const auto& item : value->items())
        if (std::ranges::find(keys, item.key()) == keys.end()) keys.push_back(item.key());
    for (const auto& key : keys) {
      Values members;
      for (const auto* value : values) {
        const auto member = value->find(key);
        members.push_back(member == value->end() ? nullptr : &*member);
      }
      add(below(pointer, key), std::move(members));
    }
  }
};

std::vector<VariedSetting> differing_settings(const std::vector<NetworkRuns>& networks) {
  Differences differences;
  std::vector<Json> names, recipes, data;
  Values name_values, recipe_values, data_values;
  for (const auto& runs : networks) {
    const auto& run = *runs.all.front();
    const auto identity = object_at(run.run, "identity");
    names.emplace_back(network_of(run.network));
    recipes.push_back(object_at(identity, "recipe"));
    data.push_back(object_at(identity, "data"));
  }
  for (std::size_t i = 0; i < networks.size(); ++i) {
    name_values.push_back(&names[i]);
    recipe_values.push_back(&recipes[i]);
    data_values.push_back(&data[i]);
  }
  differences.add("/network", name_values);
  differences.add("/recipe", recipe_values);
  differences.add("/data", data_values);
  std::set<std::string> rows;
  std::vector<Json> labels;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    std::string row;
    for (const auto& setting : differences.found) row += setting.values[i].dump() + "\n";
    rows.insert(row);
    labels.emplace_back(networks[i].label);
  }
  if (rows.size() < networks.size())
    differences.found.insert(differences.found.begin(), {"/run", labels});
  return std::move(differences.found);
}

std::map<std::int64_t, double> finished_errors(const NetworkRuns& runs, const std::string& metric) {
  std::map<std::int64_t, double> errors;
  for (const auto* run : runs.all) {
    if (!run->finished) continue;
    NetworkRuns one{"", {run}, {run}};
    if (const auto error = last_error(one, metric)) errors[run->seed] = error->mean;
  }
  return errors;
}

std::vector<double> values_of(const std::map<std::int64_t, double>& errors) {
  std::vector<double> values;
  for (const auto& entry : errors) values.push_back(entry.second);
  return values;
}

bool has_same_seeds(const ComparedRuns& a, const ComparedRuns& b) {
  return std::ranges::equal(a.errors, b.errors,
                            [](const auto& x, const auto& y) { return x.first == y.first; });
}

void test_against(const ComparedRuns& best, bool same_network, ComparedRuns& runs) {
  runs.difference = runs.error->mean - best.error->mean;
  runs.is_paired = same_network && has_same_seeds(runs, best);
  const auto values = values_of(runs.errors), best_values = values_of(best.errors);
  runs.test = runs.is_paired ? paired_test(values, best_values) : welch_test(values, best_values);
}

/// Whether the setting decides which images the errors are measured on.
bool changes_images(const std::string& pointer) {
  if (!pointer.starts_with("/data/")) return false;
  const std::string others[] = {"/data/normalize", "/data/augment", "/data/sampler",
                                "/data/test_crops", "/data/train"};
  return std::ranges::none_of(others, [&](const std::string& other) {
    return pointer == other || is_inside(pointer, other);
  });
}

std::vector<std::string> notes_of(const SettingComparison& comparison,
                                  const std::vector<VariedSetting>& settings) {
  std::vector<std::string> notes = {
      "Errors in % at the last record, mean ± sample standard deviation over the finished seeds. "
      "Behind: difference from the best mean in percentage points."};
  if (comparison.metric == "test_error")
    notes.emplace_back(
        "Not all runs have a validation split, so they are ranked by their test error. The test "
        "error of a setting chosen this way is too low; with /data/validation, some training "
        "images are held out to choose by.");
  for (const auto& setting : settings)
    if (changes_images(setting.pointer))
      notes.push_back("The runs differ in " + setting.pointer +
                      ", so their errors may be measured on different images.");
  std::size_t tests = 0, paired = 0;
  for (const auto& runs : comparison.runs) {
    tests += runs.test ? 1 : 0;
    paired += runs.test && runs.is_paired ? 1 : 0;
    if (runs.failed > 0)
      notes.push_back(fmt::format(
          "{}: {} of {} failed, so it is not ranked.", runs.label, runs.failed,
          counted(std::ssize(runs.errors) + static_cast<std::int64_t>(runs.failed), "seed")));
  }
  if (tests == 0) return notes;
  const std::string which = paired == tests ? "paired t-test over the seeds"
                            : paired == 0 ? "Welch's t-test"
                                          : "paired t-test for the network and seeds of the best, "
                                            "Welch's t-test for others";
  notes.push_back(fmt::format(
      "p: two-sided {}. A difference with p ≥ {:g} is called noise. p is not corrected for the "
      "number of settings, so with many of them some p are smaller by chance.",
      which, kSignificanceLevel));
  return notes;
}

/// The column of the networks' names, if they differ.
std::optional<std::size_t> network_column(const SettingComparison& comparison) {
  const auto network = std::ranges::find(comparison.settings, "network");
  if (network == comparison.settings.end()) return {};
  return static_cast<std::size_t>(network - comparison.settings.begin());
}

}  // namespace

std::optional<SettingComparison> compare_settings(const std::vector<NetworkRuns>& networks) {
  SettingComparison comparison;
  const auto validated = [](const NetworkRuns& runs) {
    const auto tested = finished_errors(runs, "test_error");
    return finished_errors(runs, "validation_error").size() >= tested.size();
  };
  const bool is_validated = std::ranges::all_of(networks, validated) &&
                            std::ranges::any_of(networks, [](const NetworkRuns& runs) {
                              return !finished_errors(runs, "validation_error").empty();
                            });
  comparison.metric = is_validated ? "validation_error" : "test_error";
  const auto settings = differing_settings(networks);
  for (const auto& setting : settings)
    comparison.settings.push_back(setting.pointer.starts_with("/data/") ||
                                          setting.pointer.starts_with("/recipe/")
                                      ? short_name(setting.pointer)
                                      : setting.pointer.substr(1));
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const auto& group = networks[i];
    ComparedRuns runs;
    runs.label = group.label;
    for (const auto& setting : settings) runs.values.push_back(setting.values[i]);
    runs.errors = finished_errors(group, comparison.metric);
    runs.error = spread_of(values_of(runs.errors));
    runs.test_error = spread_of(values_of(finished_errors(group, "test_error")));
    runs.seeds = group.all.size();
    runs.failed = static_cast<std::size_t>(std::ranges::count_if(
        group.all, [](const RunResult* run) { return !run->failure.empty(); }));
    runs.ranked = runs.failed == 0 && runs.error && std::isfinite(runs.error->mean);
    comparison.runs.push_back(std::move(runs));
  }
  std::ranges::stable_sort(comparison.runs, [](const ComparedRuns& a, const ComparedRuns& b) {
    if (a.ranked != b.ranked) return a.ranked;
    return a.ranked && a.error->mean < b.error->mean;
  });
  if (comparison.runs.size() < 2 || !comparison.runs[1].ranked) return {};
  const auto& best = comparison.runs.front();
  const auto network = network_column(comparison);
  for (auto runs = comparison.runs.begin() + 1; runs != comparison.runs.end(); ++runs) {
    const bool same = !network || runs->values[*network] == best.values[*network];
    if (runs->ranked) test_against(best, same, *runs);
  }
  comparison.notes = notes_of(comparison, settings);
  return comparison;
}

bool is_choice(const SettingComparison& comparison) {
  if (comparison.metric == "validation_error") return true;
  std::set<std::string> networks;
  const auto network = network_column(comparison);
  if (!network) return true;
  return std::ranges::any_of(comparison.runs, [&](const ComparedRuns& runs) {
    const auto name = runs.values[*network].get<std::string>();
    return !networks.insert(name.substr(0, name.find(':'))).second;
  });
}

}  // namespace reslab::app
