#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config/json.h"
#include "app/report/statistics.h"
#include "app/report/summary.h"

namespace reslab::app {

/// The runs of one combination of settings.
struct ComparedRuns {
  std::string label;         // as in the table of results
  std::vector<Json> values;  // by position in SettingComparison::settings; null if it has none
  std::map<std::int64_t, double> errors;  // in percent, by finished seed
  std::optional<Spread> error;            // over these seeds
  std::optional<Spread> test_error;
  std::size_t seeds = 0;   // finished, failed or running
  std::size_t failed = 0;  // seeds
  bool ranked = false;     // has an error, and no seed failed

  // Compared with the best combination, if both are ranked.
  double difference = 0;      // of the means, in percentage points; 0 for the best
  std::optional<TTest> test;  // empty for the best and if there are too few seeds
  bool is_paired = false;     // whether `test` is the paired t-test
};

/// Ranks the combinations of the settings that differ between runs, and says whether the others are
/// worse than the best by more than noise.
struct SettingComparison {
  std::string metric;                 // "validation_error", or "test_error" if a run has none
  std::vector<std::string> settings;  // short names; "network" is the network's name
  std::vector<ComparedRuns> runs;     // ranked ones first, best first
  std::vector<std::string> notes;     // for the reader
};

/// Finds the settings of recipe, data and network that differ between the run.json files, and ranks
/// the combinations by their mean error at the last record. Each mean is compared with the best by
/// a t-test: the paired one if the network and the seeds are the same, because these runs start
/// from the same weights, and Welch's otherwise. Empty if fewer than two combinations have an
/// error.
std::optional<SettingComparison> compare_settings(const std::vector<NetworkRuns>& networks);

/// Whether the comparison helps to choose settings: two runs have the same network apart from its
/// settings, or all runs have a validation split.
bool is_choice(const SettingComparison& comparison);

}  // namespace reslab::app
