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

/// Named values of several runs: those that all share, and the rest by run.
struct Overview {
  std::vector<std::pair<std::string, std::string>> common;
  /// A row for each network, or where its seeds differ for each of its runs; a column for each name
  /// whose value is not the same everywhere. Nothing where all share everything.
  std::optional<Table> differing;
};

/// Gathers what `part` takes out of each run: an object. The values inside are named by their keys,
/// after `prefix`: {"a": {"b": 1}} with "/" is "/a/b".
Overview overview_of(const std::vector<NetworkRuns>& networks, const std::string& prefix,
                     const std::function<Json(const RunResult&)>& part);

/// How the runs were trained, from run.json: network, data and recipe, named by the pointers that
/// `--set` takes.
Overview recipe_overview(const std::vector<NetworkRuns>& networks);

/// Where and with what they were trained, from run.json.
Overview environment_overview(const std::vector<NetworkRuns>& networks);

}  // namespace reslab::app
