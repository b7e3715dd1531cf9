#include "app/report/comparison_text.h"

#include <fmt/format.h>

#include "reslab/base/text.h"

namespace reslab::app {
namespace {

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

bool is_noise(const ComparedRuns& runs) { return runs.test && runs.test->p >= kSignificanceLevel; }

std::string verdict_word(const ComparedRuns& runs, bool best) {
  if (runs.failed > 0) return counted(static_cast<std::int64_t>(runs.failed), "seed") + " failed";
  if (!runs.ranked) return "not finished";
  if (best) return "best";
  if (!runs.test) return "one seed";
  return is_noise(runs) ? "within noise" : "beyond noise";
}

}  // namespace

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

std::string split_name(const SettingComparison& comparison) {
  return comparison.metric == "test_error" ? "test" : "validation";
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

Json comparison_json(const SettingComparison& comparison) {
  Json ranking = Json::array();
  for (const auto& runs : comparison.runs) {
    const bool best = &runs == &comparison.runs.front();
    Json entry = {{"label", runs.label}, {"settings", Json::object()}, {"seeds", Json::array()}};
    for (std::size_t i = 0; i < runs.values.size(); ++i)
      entry["settings"][comparison.settings[i]] = runs.values[i];
    for (const auto& [seed, error] : runs.errors) entry["seeds"].push_back(seed);
    add_spread(entry, comparison.metric, runs.error);
    add_spread(entry, "test_error", runs.test_error);
    entry["behind"] = runs.ranked ? Json(runs.difference) : Json();
    entry["p"] = runs.test ? Json(runs.test->p) : Json();
    entry["verdict"] = verdict_word(runs, best);
    ranking.push_back(std::move(entry));
  }
  return {
      {"metric", comparison.metric}, {"ranking", std::move(ranking)}, {"notes", comparison.notes}};
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
    return text + " With one seed, noise cannot be judged; use more \"seeds\".";
  const auto more = within.size() > kMostNamed ? within.size() - kMostNamed : 0;
  within.resize(within.size() - more);
  if (more > 0) within.push_back(std::to_string(more) + " more");
  if (within.empty())
    text += untested == 0 ? " All others are worse beyond noise." : "";
  else
    text += " Within noise of it: " +
            joined(within, "; ", [](const std::string& setting) { return setting; }) + ".";
  if (untested > 0)
    text += fmt::format(" {} cannot be judged, for lack of seeds.",
                        counted(static_cast<std::int64_t>(untested), "setting"));
  return text;
}

}  // namespace reslab::app
