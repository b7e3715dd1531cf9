#include "app/report/summary_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/report/summary.h"
#include "app/report/table.h"

namespace reslab::app {
namespace {

const std::vector<std::string> kMetrics = {"train_error", "validation_error", "test_error"};

/// "test error": a metric's name as a heading.
std::string heading_of(std::string metric) {
  std::replace(metric.begin(), metric.end(), '_', ' ');
  return metric;
}

/// 853,018
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::optional<double> paper_of(const NetworkRuns& runs, const std::string& metric) {
  return paper_value(*runs.all.front(), metric);
}

/// The spreads as cells of one column, aligned at their points: "6.61 ± 0.16".
std::vector<std::string> spread_cells(const std::vector<std::optional<Spread>>& spreads) {
  std::vector<std::string> deviations;
  std::size_t width = 0;
  for (const auto& spread : spreads) {
    const bool shown = spread && spread->deviation;
    deviations.push_back(shown ? fmt::format(" ± {:.2f}", *spread->deviation) : "");
    width = std::max(width, text_width(deviations.back()));
  }
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    const std::string padding(width - text_width(deviations[i]), ' ');
    cells.push_back(spreads[i] ? fmt::format("{:.2f}", spreads[i]->mean) + deviations[i] + padding
                               : "–" + std::string(width, ' '));
  }
  return cells;
}

/// The columns of a table before it is built, each of one cell a network.
struct Columns {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> cells;

  std::vector<std::string>& add(std::string heading) {
    headings.push_back(std::move(heading));
    return cells.emplace_back();
  }
};

void add_metric(Columns& columns, const std::vector<NetworkRuns>& networks,
                const std::string& metric) {
  std::vector<std::optional<Spread>> spreads;
  bool measured = false, printed = false;
  for (const auto& runs : networks) {
    spreads.push_back(last_error(runs, metric));
    measured |= spreads.back().has_value();
    printed |= paper_of(runs, metric).has_value();
  }
  if (!measured && metric == "validation_error") return;
  columns.add(heading_of(metric)) = spread_cells(spreads);
  if (!printed) return;
  std::vector<std::string> papers, differences;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const auto paper = paper_of(networks[i], metric);
    papers.push_back(paper ? fmt::format("{:.2f}", *paper) : "");
    differences.push_back(paper && spreads[i] ? fmt::format("{:+.2f}", spreads[i]->mean - *paper)
                                              : "");
  }
  columns.add("paper") = std::move(papers);
  columns.add("difference") = std::move(differences);
}

/// A line for each seed that has not finished.
std::string notes(const std::vector<NetworkRuns>& networks) {
  std::string text;
  for (const auto& runs : networks)
    for (const auto* run : runs.all) {
      if (run->finished) continue;
      const bool counted = std::count(runs.counted.begin(), runs.counted.end(), run) > 0;
      text += fmt::format("{} seed {}: {}; {}\n", runs.label, run->seed,
                          !run->failure.empty()  ? "failed: " + run->failure
                          : run->records.empty() ? "not finished, no record yet"
                                                 : "not finished, at iteration " +
                                                       grouped(run->records.back().iteration),
                          counted ? "shown as it stands" : "not counted");
    }
  return text;
}

}  // namespace

std::string summary_table(const std::vector<RunResult>& results) {
  const auto networks = by_network(results);
  Columns columns;
  for (const char* heading : {"network", "parameters", "seeds", "iterations"}) columns.add(heading);
  for (const auto& runs : networks) {
    columns.cells[0].push_back(runs.label);
    columns.cells[1].push_back(grouped(runs.all.front()->parameters));
    columns.cells[2].push_back(std::to_string(runs.counted.size()));
    columns.cells[3].push_back(runs.counted.empty() ? "" : grouped(iterations_of(runs)));
  }
  for (const auto& metric : kMetrics) add_metric(columns, networks, metric);

  Table table;
  for (std::size_t i = 0; i < columns.headings.size(); ++i)
    table.add_column(columns.headings[i], i == 0 ? Table::Align::left : Table::Align::right);
  for (std::size_t row = 0; row < networks.size(); ++row) {
    std::vector<std::string> cells;
    for (const auto& column : columns.cells) cells.push_back(column[row]);
    table.add_row(std::move(cells));
  }
  return table.text() +
         "\nErrors in %, mean ± sample standard deviation over the seeds, last iteration; train: "
         "augmented "
         "batches, test: test split.\n" +
         notes(networks);
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
    for (const char* group : {"seeds", "running", "failed"}) entry[group] = Json::array();
    for (const auto* run : runs.all)
      entry[run->finished          ? "seeds"
            : run->failure.empty() ? "running"
                                   : "failed"]
          .push_back(run->seed);
    for (const auto& metric : kMetrics) {
      const auto spread = last_error(runs, metric);
      entry[metric] = spread ? Json(spread->mean) : Json();
      entry[metric + "_deviation"] =
          spread && spread->deviation ? Json(*spread->deviation) : Json();
    }
    entry["paper"] = first.run.value("paper", Json::object());
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace reslab::app
