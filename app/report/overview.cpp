#include "app/report/overview.h"

#include <algorithm>
#include <map>
#include <set>

namespace reslab::app {
namespace {

/// Values by name, and the names in the order of their first appearance.
struct Values {
  std::map<std::string, std::string> of;
  std::vector<std::string> order;
};

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "none" : value.dump();
}

void add_values(const Json& json, const std::string& name, Values& values) {
  if (!json.is_object()) {
    if (values.of.emplace(name, value_text(json)).second) values.order.push_back(name);
    return;
  }
  for (const auto& item : json.items())
    add_values(item.value(), name + (name.empty() || name == "/" ? "" : "/") + item.key(), values);
}

/// A row of the table of what differs.
struct Row {
  std::string label;
  Values values;
};

std::vector<Row> rows_of(const std::vector<NetworkRuns>& networks, const std::string& prefix,
                         const std::function<Json(const RunResult&)>& part) {
  std::vector<Row> rows;
  for (const auto& network : networks) {
    std::vector<Row> own;
    for (const auto* run : network.all) {
      own.push_back({network.label + " seed " + std::to_string(run->seed), {}});
      add_values(part(*run), prefix, own.back().values);
    }
    const bool alike = std::all_of(own.begin(), own.end(), [&own](const Row& row) {
      return row.values.of == own.front().values.of;
    });
    if (alike) {
      own.front().label = network.label;
      own.resize(1);
    }
    rows.insert(rows.end(), own.begin(), own.end());
  }
  return rows;
}

std::vector<std::string> names_of(const std::vector<Row>& rows) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const auto& row : rows)
    for (const auto& name : row.values.order)
      if (seen.insert(name).second) names.push_back(name);
  return names;
}

/// What the run has under the key, an empty object where it has nothing.
Json part_of(const RunResult& result, const std::string& key) {
  return result.run.contains(key) ? result.run[key] : Json::object();
}

}  // namespace

Overview overview_of(const std::vector<NetworkRuns>& networks, const std::string& prefix,
                     const std::function<Json(const RunResult&)>& part) {
  const auto rows = rows_of(networks, prefix, part);
  Overview overview;
  std::vector<std::string> differing;
  for (const auto& name : names_of(rows)) {
    const auto value = [&name](const Row& row) {
      const auto found = row.values.of.find(name);
      return found == row.values.of.end() ? std::string() : found->second;
    };
    const auto first = value(rows.front());
    if (std::all_of(rows.begin(), rows.end(), [&](const Row& row) { return value(row) == first; }))
      overview.common.emplace_back(name, first);
    else
      differing.push_back(name);
  }
  if (differing.empty()) return overview;
  auto& table = overview.differing.emplace();
  table.add_column("run", Table::Align::left);
  for (const auto& name : differing) table.add_column(name, Table::Align::left);
  for (const auto& row : rows) {
    std::vector<std::string> cells = {row.label};
    for (const auto& name : differing) {
      const auto found = row.values.of.find(name);
      cells.push_back(found == row.values.of.end() ? "" : found->second);
    }
    table.add_row(std::move(cells));
  }
  return overview;
}

Overview recipe_overview(const std::vector<NetworkRuns>& networks) {
  return overview_of(networks, "/", [](const RunResult& result) {
    auto part = part_of(result, "identity");
    if (!part.is_object()) return Json(Json::object());
    part.erase("seed");
    if (result.run.contains("data")) part["data"] = result.run["data"];
    return part;
  });
}

Overview environment_overview(const std::vector<NetworkRuns>& networks) {
  return overview_of(networks, "", [](const RunResult& result) {
    auto part = part_of(result, "environment");
    if (!part.is_object()) part = Json::object();
    for (const char* key : {"device", "threads", "precision"})
      if (result.run.contains(key)) part[key] = result.run[key];
    return part;
  });
}

}  // namespace reslab::app
