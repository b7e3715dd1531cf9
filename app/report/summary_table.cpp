#include "app/report/summary_table.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/report/numbers.h"

namespace reslab::app {
namespace {

const std::vector<std::string> kErrors = {"train_error", "validation_error",
                                          "validation_top5_error", "test_error", "test_top5_error"};
const std::string kAtBestValidation = "test_error_at_best_validation";

/// A metric's name as a heading: "test error", "test top-5 error".
std::string heading_of(std::string metric) {
  std::replace(metric.begin(), metric.end(), '_', ' ');
  if (const auto top5 = metric.find("top5"); top5 != std::string::npos)
    metric.replace(top5, 4, "top-5");
  return metric;
}

std::optional<double> paper_of(const NetworkRuns& runs, const std::string& metric) {
  return paper_value(*runs.all.front(), metric);
}

/// Columns with one cell for each network, from which a table is built.
struct Columns {
  std::vector<std::string> headings;
  std::vector<Table::Align> aligns;
  std::vector<std::vector<std::string>> cells;

  std::vector<std::string>& add(std::string heading, Table::Align align = Table::Align::right) {
    headings.push_back(std::move(heading));
    aligns.push_back(align);
    return cells.emplace_back();
  }

  Table table() const {
    Table table;
    for (std::size_t i = 0; i < headings.size(); ++i) table.add_column(headings[i], aligns[i]);
    for (std::size_t row = 0; row < cells.front().size(); ++row) {
      std::vector<std::string> line;
      for (const auto& column : cells) line.push_back(column[row]);
      table.add_row(std::move(line));
    }
    return table;
  }
};

/// "6.61 ± 0.16"
std::string spread_text(const std::optional<Spread>& spread) {
  if (!spread) return {};
  return fmt::format("{:.2f}", spread->mean) +
         (spread->deviation ? fmt::format(" ± {:.2f}", *spread->deviation) : "");
}

void add_metric(Columns& columns, const std::vector<NetworkRuns>& networks,
                const std::string& metric) {
  std::vector<std::string> cells, papers, differences;
  bool measured = false, printed = false;
  for (const auto& runs : networks) {
    const auto spread = last_error(runs, metric);
    const auto paper = paper_of(runs, metric);
    cells.push_back(spread_text(spread));
    papers.push_back(paper ? fmt::format("{:.2f}", *paper) : "");
    differences.push_back(paper && spread ? fmt::format("{:+.2f}", spread->mean - *paper) : "");
    measured |= spread.has_value();
    printed |= paper.has_value();
  }
  if (!measured && metric != "train_error" && metric != "test_error") return;
  columns.add(heading_of(metric), Table::Align::spread) = std::move(cells);
  if (!printed) return;
  columns.add("paper") = std::move(papers);
  columns.add("difference") = std::move(differences);
}

/// Adds a column unless all its cells are empty.
template <class Cell>
void add_unless_empty(Columns& columns, const std::vector<NetworkRuns>& networks,
                      const std::string& heading, Table::Align align, const Cell& cell) {
  std::vector<std::string> cells;
  for (const auto& runs : networks) cells.push_back(cell(runs));
  if (!std::ranges::all_of(cells, &std::string::empty))
    columns.add(heading, align) = std::move(cells);
}

std::string images_text(const NetworkRuns& runs) {
  const auto images = images_of(runs);
  return images ? short_number(*images) : "";
}

/// Two decimals below 1 minute, one below 100, none above: "0.05", "7.3", "1,510".
std::string minutes_text(const NetworkRuns& runs) {
  const auto minutes = minutes_of(runs);
  if (!minutes) return {};
  if (*minutes >= 100) return grouped(std::llround(*minutes));
  return fmt::format("{:.{}f}", *minutes, *minutes < 1 ? 2 : 1);
}

}  // namespace

Table results_table(const std::vector<NetworkRuns>& networks) {
  Columns columns;
  columns.add("network", Table::Align::left);
  for (const char* heading : {"parameters", "seeds", "iterations"}) columns.add(heading);
  for (const auto& runs : networks) {
    columns.cells[0].push_back(runs.label);
    columns.cells[1].push_back(grouped(runs.all.front()->parameters));
    columns.cells[2].push_back(std::to_string(runs.counted.size()));
    columns.cells[3].push_back(runs.counted.empty() ? "" : grouped(iterations_of(runs)));
  }
  add_unless_empty(columns, networks, "images", Table::Align::right, images_text);
  add_unless_empty(columns, networks, "minutes", Table::Align::right, minutes_text);
  for (const auto& metric : kErrors) add_metric(columns, networks, metric);
  add_unless_empty(
      columns, networks, heading_of(kAtBestValidation), Table::Align::spread,
      [](const NetworkRuns& runs) { return spread_text(test_error_at_best_validation(runs)); });
  return columns.table();
}

std::vector<std::string> unfinished_seeds(const std::vector<NetworkRuns>& networks) {
  std::vector<std::string> lines;
  for (const auto& runs : networks)
    for (const auto* run : runs.all) {
      if (run->finished) continue;
      const bool counted = std::count(runs.counted.begin(), runs.counted.end(), run) > 0;
      lines.push_back(
          fmt::format("{} seed {}: {}; {}", runs.label, run->seed,
                      !run->failure.empty() ? "failed: " + run->failure
                      : run->records.empty()
                          ? "not finished, no record yet"
                          : "not finished, at iteration " + grouped(run->records.back().iteration),
                      counted ? "counted up to here" : "not counted"));
    }
  return lines;
}

Json summary_json(const std::vector<RunResult>& results) {
  Json list = Json::array();
  for (const auto& runs : by_network(results)) {
    const RunResult& first = *runs.all.front();
    Json entry = {{"network", first.network},
                  {"experiment", experiment_of(first)},
                  {"directory", first.directory.parent_path().string()},
                  {"parameters", first.parameters},
                  {"iterations", iterations_of(runs)}};
    const auto images = images_of(runs);
    const auto minutes = minutes_of(runs);
    entry["images"] = images ? Json(*images) : Json();
    entry["minutes"] = minutes ? Json(*minutes) : Json();
    for (const char* group : {"seeds", "running", "failed"}) entry[group] = Json::array();
    for (const auto* run : runs.all)
      entry[run->finished          ? "seeds"
            : run->failure.empty() ? "running"
                                   : "failed"]
          .push_back(run->seed);
    const auto add = [&entry](const std::string& metric, const std::optional<Spread>& spread) {
      entry[metric] = spread ? Json(spread->mean) : Json();
      entry[metric + "_deviation"] =
          spread && spread->deviation ? Json(*spread->deviation) : Json();
    };
    for (const auto& metric : kErrors) add(metric, last_error(runs, metric));
    add(kAtBestValidation, test_error_at_best_validation(runs));
    entry["paper"] = first.run.value("paper", Json::object());
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace reslab::app
