#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config/json.h"
#include "app/report/statistics.h"
#include "app/report/summary.h"
#include "app/report/table.h"

namespace reslab::app {

/// The runs of one combination of settings.
struct ComparedRuns {
  std::string label;         // as in the table of results
  std::vector<Json> values;  // of SettingComparison::settings; null: has no such setting
  std::map<std::int64_t, double> errors;  // percent, by seed; of the finished seeds
  std::optional<Spread> error;            // over them
  std::optional<Spread> test_error;
  std::size_t seeds = 0;   // finished, failed or running
  std::size_t failed = 0;  // seeds
  bool ranked = false;     // has an error, and no seed failed

  // Against the best, if both are ranked.
  double difference = 0;      // of the means, in points; 0 for the best
  std::optional<TTest> test;  // empty for the best and if there are too few seeds
  bool is_paired = false;     // the test
};

/// Which combination of the settings that differ between runs is best, and whether the others are
/// worse beyond noise.
struct SettingComparison {
  std::string metric;                 // "validation_error", or "test_error" without that split
  std::vector<std::string> settings;  // short names; "network" is the network's name
  std::vector<ComparedRuns> runs;     // ranked ones first, best first
  std::vector<std::string> notes;     // what to keep in mind
};

/// Finds the settings of recipe, data and network that differ between the networks' runs, from
/// their run.json, and ranks the runs by their mean error at the last record. A difference to the
/// best is tested with a paired t-test if the network and the seeds are the same, since then the
/// initial weights and the batches are, too; otherwise with Welch's. Empty if fewer than two have
/// an error.
std::optional<SettingComparison> compare_settings(const std::vector<NetworkRuns>& networks);

/// Whether the runs are there to choose from: two have the same network but for its settings, or
/// all have a validation split.
bool is_choice(const SettingComparison& comparison);

/// A row for each combination of settings: values, seeds, errors, points behind the best, verdict.
Table comparison_table(const SettingComparison& comparison);

/// The answer in one sentence: the best combination and those within noise of it.
std::string best_text(const SettingComparison& comparison);

/// "0.05", "adamw", "none" for null, "1,2" for lists, "decay=0.99" for objects.
std::string setting_text(const Json& value);

/// The file of comparison_svg() beside a report.
inline constexpr const char* kComparisonFile = "settings.svg";

/// An SVG with one panel for each setting: the error over its values. A line joins runs whose other
/// settings are equal.
std::string comparison_svg(const SettingComparison& comparison);

}  // namespace reslab::app
