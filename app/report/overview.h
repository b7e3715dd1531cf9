#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/config/json.h"
#include "app/report/summary.h"
#include "app/report/table.h"

namespace reslab::app {

/// Named values of several runs: values that all runs share, and values that differ.
struct Overview {
  std::vector<std::pair<std::string, std::string>> common;  // (name, value)
  /// A column for each name whose values differ; a row for each network, or for each of its runs
  /// if its seeds differ. Empty if nothing differs.
  std::optional<Table> differing;
};

/// Compares the JSON objects that `part` returns for each run. A value's name is `prefix` and its
/// keys: with the prefix "/", {"a": {"b": 1}} has the value "/a/b".
Overview overview_of(const std::vector<NetworkRuns>& networks, const std::string& prefix,
                     const std::function<Json(const RunResult&)>& part);

/// Network, data and recipe of the runs, from run.json. The names are JSON pointers, as `--set`
/// takes them.
Overview recipe_overview(const std::vector<NetworkRuns>& networks);

/// Machine, software and device of the runs, from run.json.
Overview environment_overview(const std::vector<NetworkRuns>& networks);

}  // namespace reslab::app
