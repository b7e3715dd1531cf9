#include "app/report/overview.h"

#include <algorithm>
#include <set>

namespace reslab::app {
namespace {

/// The values of a network whose seeds agree, or of a single run.
struct Row {
  std::string label;
  Json values = Json::object();  // texts by name

  std::string value(const std::string& name) const { return values.value(name, ""); }
};

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "none" : compact(value);
}

std::vector<Row> rows_of(const std::vector<NetworkRuns>& networks, const std::string& prefix,
                         const std::function<Json(const RunResult&)>& part) {
  std::vector<Row> rows;
  for (const auto& network : networks) {
    std::vector<Row> network_rows;
    for (const auto* run : network.all) {
      network_rows.push_back({network.label + " seed " + std::to_string(run->seed)});
      visit_values(part(*run), prefix, [&](const std::string& name, const Json& value) {
        network_rows.back().values.emplace(name, value_text(value));
      });
    }
    const bool alike = std::all_of(
        network_rows.begin(), network_rows.end(),
        [&network_rows](const Row& row) { return row.values == network_rows.front().values; });
    if (alike) {
      network_rows.front().label = network.label;
      network_rows.resize(1);
    }
    rows.insert(rows.end(), network_rows.begin(), network_rows.end());
  }
  return rows;
}

std::vector<std::string> names_of(const std::vector<Row>& rows) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const auto& row : rows)
    for (const auto& item : row.values.items())
      if (seen.insert(item.key()).second) names.push_back(item.key());
  return names;
}

}  // namespace

Overview overview_of(const std::vector<NetworkRuns>& networks, const std::string& prefix,
                     const std::function<Json(const RunResult&)>& part) {
  const auto rows = rows_of(networks, prefix, part);
  Overview overview;
  std::vector<std::string> differing;
  for (const auto& name : names_of(rows)) {
    const auto first = rows.front().value(name);
    if (std::ranges::all_of(rows, [&](const Row& row) { return row.value(name) == first; }))
      overview.common.emplace_back(name, first);
    else
      differing.push_back(name);
  }
  if (differing.empty()) return overview;
  auto& table = overview.differing.emplace();
  table.add_column("run", Table::Align::left);
  table.add_columns(Table::Align::left, differing);
  for (const auto& row : rows) {
    std::vector<std::string> cells = {row.label};
    for (const auto& name : differing) cells.push_back(row.value(name));
    table.add_row(std::move(cells));
  }
  return overview;
}

Overview recipe_overview(const std::vector<NetworkRuns>& networks) {
  return overview_of(networks, "/", [](const RunResult& result) {
    auto part = object_at(result.run, "identity");
    part.erase("seed");
    if (result.run.contains("data")) part["data"] = result.run["data"];
    return part;
  });
}

Overview environment_overview(const std::vector<NetworkRuns>& networks) {
  return overview_of(networks, "", [](const RunResult& result) {
    auto part = object_at(result.run, "environment");
    for (const char* key : {"device", "threads", "precision"})
      if (result.run.contains(key)) part[key] = result.run[key];
    return part;
  });
}

}  // namespace reslab::app
