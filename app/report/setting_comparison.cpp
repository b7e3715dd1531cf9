#include "app/report/setting_comparison.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "app/config/metric.h"
#include "app/config/run_name.h"
#include "reslab/base/text.h"
#include "reslab/data/options.h"
#include "reslab/train/recipe.h"

namespace reslab::app {
namespace {

/// One value for each network's runs; nullptr if run.json has none.
using Values = std::vector<const Json*>;

struct VariedSetting {
  std::string pointer;
  std::vector<Json> values;
};

/// Finds the rows that the pointer may lead to. Several kinds may have a row of the same name.
void find_rows(const std::vector<Setting>& table, std::string_view pointer,
               std::vector<const Setting*>& rows) {
  const auto end = std::min(pointer.find('/', 1), pointer.size());
  for (const auto& setting : table) {
    if (setting.name != pointer.substr(1, end - 1)) continue;
    if (end == pointer.size())
      rows.push_back(&setting);
    else
      find_rows(setting.members, pointer.substr(end), rows);
  }
}

std::vector<const Setting*> rows_at(std::string_view pointer) {
  std::vector<const Setting*> rows;
  const auto part = pointer.substr(0, pointer.find('/', 1));
  const auto inner = pointer.substr(part.size());
  if (part == "/recipe") find_rows(recipe_settings().list(), inner, rows);
  if (part == "/data") find_rows(data_settings().list(), inner, rows);
  return rows;
}

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
    const auto rows = rows_at(pointer);
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
      "Behind: distance to the best mean in points."};
  if (comparison.metric == "test_error")
    notes.emplace_back(
        "There is no validation split for all runs, so they are ordered by the test split. The "
        "test error of a setting chosen this way is too optimistic; /data/validation sets images "
        "apart to choose by.");
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
                            : paired == 0   ? "Welch's t-test"
                                            : "paired t-test where network and seeds are those of "
                                              "the best, else Welch's";
  notes.push_back(fmt::format(
      "p: two-sided {}. From {:g} on, the difference is called noise. p is not corrected for the "
      "number of settings, so with many of them some p are below it by chance.",
      which, kSignificanceLevel));
  return notes;
}

/// The combination of settings: "start=0.1, batch=64".
std::string settings_text(const SettingComparison& comparison, const ComparedRuns& runs) {
  std::string text;
  for (std::size_t i = 0; i < comparison.settings.size(); ++i) {
    const auto& name = comparison.settings[i];
    const bool named = name != "network" && name != "run";
    text += (i > 0 ? ", " : "") + (named ? name + "=" : "") + setting_text(runs.values[i]);
  }
  return text;
}

std::string split_name(const SettingComparison& comparison) {
  return comparison.metric == "test_error" ? "test" : "validation";
}

bool is_noise(const ComparedRuns& runs) { return runs.test && runs.test->p >= kSignificanceLevel; }

std::string verdict_word(const ComparedRuns& runs, bool best) {
  if (runs.failed > 0) return counted(static_cast<std::int64_t>(runs.failed), "seed") + " failed";
  if (!runs.ranked) return "not finished";
  if (best) return "best";
  if (!runs.test) return "one seed";
  return is_noise(runs) ? "within noise" : "beyond noise";
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
  const auto network = std::ranges::find(comparison.settings, "network");
  for (auto runs = comparison.runs.begin() + 1; runs != comparison.runs.end(); ++runs) {
    const auto index = static_cast<std::size_t>(network - comparison.settings.begin());
    const bool same =
        network == comparison.settings.end() || runs->values[index] == best.values[index];
    if (runs->ranked) test_against(best, same, *runs);
  }
  comparison.notes = notes_of(comparison, settings);
  return comparison;
}

bool is_choice(const SettingComparison& comparison) {
  if (comparison.metric == "validation_error") return true;
  std::set<std::string> networks;
  const auto network = std::ranges::find(comparison.settings, "network");
  if (network == comparison.settings.end()) return true;
  const auto index = static_cast<std::size_t>(network - comparison.settings.begin());
  return std::ranges::any_of(comparison.runs, [&](const ComparedRuns& runs) {
    const auto name = runs.values[index].get<std::string>();
    return !networks.insert(name.substr(0, name.find(':'))).second;
  });
}

Table comparison_table(const SettingComparison& comparison) {
  using Align = Table::Align;
  Table table;
  for (const auto& setting : comparison.settings) table.add_column(setting, Align::left);
  table.add_column("seeds", Align::right);
  table.add_column(split_name(comparison), Align::spread);
  const bool has_test = comparison.metric != "test_error";
  if (has_test) table.add_column("test", Align::spread);
  table.add_columns(Align::right, {"behind", "p"});
  table.add_column("verdict", Align::left);
  for (const auto& runs : comparison.runs) {
    const bool best = &runs == &comparison.runs.front();
    std::vector<std::string> row;
    for (const auto& value : runs.values) row.push_back(setting_text(value));
    row.push_back(runs.errors.size() == runs.seeds
                      ? std::to_string(runs.seeds)
                      : fmt::format("{} of {}", runs.errors.size(), runs.seeds));
    row.push_back(spread_text(runs.error));
    if (has_test) row.push_back(spread_text(runs.test_error));
    row.push_back(runs.ranked && !best ? fmt::format("{:+.2f}", runs.difference) : "");
    row.push_back(!runs.test             ? ""
                  : runs.test->p < 0.001 ? "< 0.001"
                                         : fmt::format("{:.2g}", runs.test->p));
    row.push_back(verdict_word(runs, best));
    table.add_row(std::move(row));
  }
  return table;
}

std::string best_text(const SettingComparison& comparison) {
  const auto& best = comparison.runs.front();
  auto text = fmt::format("Best on the {} split: {} with {:.2f} % ({}).", split_name(comparison),
                          settings_text(comparison, best), best.error->mean,
                          counted(std::ssize(best.errors), "seed"));
  constexpr std::size_t kMostNamed = 3;
  std::vector<std::string> within;
  std::size_t untested = 0, ranked = 0;
  for (const auto& runs : comparison.runs) {
    ranked += runs.ranked ? 1 : 0;
    if (&runs == &best || !runs.ranked) continue;
    if (is_noise(runs)) within.push_back(settings_text(comparison, runs));
    if (!runs.test) ++untested;
  }
  if (untested + 1 == ranked)
    return text + " One seed cannot tell a difference from noise; more \"seeds\" can.";
  const auto more = within.size() > kMostNamed ? within.size() - kMostNamed : 0;
  within.resize(within.size() - more);
  if (more > 0) within.push_back(std::to_string(more) + " more");
  if (within.empty())
    text += untested == 0 ? " All others are worse beyond noise." : "";
  else
    text += " Within noise of it: " +
            joined(within, "; ", [](const std::string& setting) { return setting; }) + ".";
  if (untested > 0)
    text += fmt::format(" {} with one seed cannot be judged.",
                        counted(static_cast<std::int64_t>(untested), "setting"));
  return text;
}

std::string setting_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "none";
  if (value.is_array())
    return joined(value, ",", [](const Json& item) { return setting_text(item); });
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (!value.is_object()) return value.dump();
  std::string text;
  for (const auto& [key, inner] : value.items())
    text += (text.empty() ? "" : " ") + key + "=" + setting_text(inner);
  return text;
}

}  // namespace reslab::app
