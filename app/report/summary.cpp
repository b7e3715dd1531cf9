#include "app/report/summary.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/config/metric.h"
#include "app/report/numbers.h"
#include "app/runs/progress.h"

namespace reslab::app {
namespace {

std::vector<NetworkRuns*> with_shared_labels(std::vector<NetworkRuns>& networks) {
  std::map<std::string, int> count;
  for (const auto& runs : networks) ++count[runs.label];
  std::vector<NetworkRuns*> found;
  for (auto& runs : networks)
    if (count[runs.label] > 1) found.push_back(&runs);
  return found;
}

/// Labels the networks with their names. If two names are equal, adds the experiments' names to all
/// labels; if labels are still equal, replaces these experiments' names by their directories.
void set_labels(std::vector<NetworkRuns>& networks) {
  for (auto& runs : networks) runs.label = runs.all.front()->network;
  if (with_shared_labels(networks).empty()) return;
  for (auto& runs : networks) runs.label = experiment_of(*runs.all.front()) + "/" + runs.label;
  for (auto* runs : with_shared_labels(networks)) {
    const RunResult& run = *runs->all.front();
    const auto directory = std::filesystem::proximate(experiment_directory(run));
    runs->label = (directory / run.network).string();
  }
}

std::vector<const RunResult*> counted_seeds(const std::vector<const RunResult*>& all) {
  std::vector<const RunResult*> finished, running;
  for (const auto* run : all) {
    if (run->finished)
      finished.push_back(run);
    else if (run->failure.empty() && !run->records.empty())
      running.push_back(run);
  }
  return finished.empty() ? running : finished;
}

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

void add_metric(Table& table, const std::vector<NetworkRuns>& networks, const std::string& metric) {
  std::vector<std::string> cells, papers, differences;
  bool measured = false, printed = false;
  for (const auto& runs : networks) {
    const auto spread = last_error(runs, metric);
    const auto paper = paper_value(*runs.all.front(), metric);
    cells.push_back(spread_text(spread));
    papers.push_back(paper ? fmt::format("{:.2f}", *paper) : "");
    differences.push_back(paper && spread ? fmt::format("{:+.2f}", spread->mean - *paper) : "");
    measured |= spread.has_value();
    printed |= paper.has_value();
  }
  if (!measured && metric != "train_error" && metric != "test_error") return;
  table.add_column(heading_of(metric), Table::Align::spread, cells);
  if (!printed) return;
  table.add_column("paper", Table::Align::right, papers);
  table.add_column("difference", Table::Align::right, differences);
}

std::string images_text(const NetworkRuns& runs) {
  const auto images = images_of(runs);
  return images ? short_number(*images) : "";
}

std::string time_text(const NetworkRuns& runs) {
  const auto minutes = minutes_of(runs);
  return minutes ? duration_text(*minutes * 60) : "";
}

}  // namespace

std::vector<NetworkRuns> by_network(const std::vector<RunResult>& results) {
  std::vector<NetworkRuns> networks;
  std::map<std::pair<std::filesystem::path, std::string>, std::size_t> place;
  for (const auto& result : results) {
    const auto [found, is_new] =
        place.try_emplace({experiment_directory(result), result.network}, networks.size());
    if (is_new) networks.emplace_back();
    networks[found->second].all.push_back(&result);
  }
  for (auto& runs : networks) runs.counted = counted_seeds(runs.all);
  set_labels(networks);
  return networks;
}

std::string spread_text(const std::optional<Spread>& spread) {
  if (!spread) return {};
  return fmt::format("{:.2f}", spread->mean) +
         (spread->deviation ? fmt::format(" ± {:.2f}", *spread->deviation) : "");
}

std::optional<Spread> last_error(const NetworkRuns& runs, const std::string& metric) {
  std::vector<double> values;
  for (const auto* run : runs.counted)
    for (auto record = run->records.rbegin(); record != run->records.rend(); ++record)
      if (const auto error = metric_value(*record, metric)) {
        values.push_back(*error);
        break;
      }
  return spread_of(values);
}

const Record* best_on_validation(const std::vector<Record>& records) {
  const Record* best = nullptr;
  for (const auto& record : records)
    if (record.validation && (!best || record.validation->error < best->validation->error))
      best = &record;
  return best;
}

std::optional<Spread> test_error_at_best_validation(const NetworkRuns& runs) {
  std::vector<double> values;
  for (const auto* run : runs.counted) {
    const Record* best = best_on_validation(run->records);
    if (!best || !best->test) return {};
    values.push_back(best->test->error);
  }
  return spread_of(values);
}

std::int64_t iterations_of(const NetworkRuns& runs) {
  std::int64_t least = 0;
  for (const auto* run : runs.counted) {
    const std::int64_t last = run->records.back().iteration;
    least = least == 0 ? last : std::min(least, last);
  }
  return least;
}

std::optional<std::int64_t> images_of(const NetworkRuns& runs) {
  if (runs.counted.empty()) return {};
  const auto batch = batch_of(*runs.counted.front());
  if (!batch) return {};
  return iterations_of(runs) * *batch;
}

std::optional<double> minutes_of(const NetworkRuns& runs) {
  std::vector<double> minutes;
  for (const auto* run : runs.counted)
    if (run->training_seconds) minutes.push_back(*run->training_seconds / 60);
  const auto spread = spread_of(minutes);
  return spread ? std::optional(spread->mean) : std::nullopt;
}

Table results_table(const std::vector<NetworkRuns>& networks) {
  using Align = Table::Align;
  Table table;
  table.add_column("network", Align::left);
  table.add_columns(Align::right, {"parameters", "seeds", "iterations"});
  for (const auto& runs : networks)
    table.add_row({runs.label, grouped(runs.all.front()->parameters),
                   std::to_string(runs.counted.size()),
                   runs.counted.empty() ? "" : grouped(iterations_of(runs))});
  const auto add_unless_empty = [&](const std::string& heading, Align align, const auto& cell_of) {
    std::vector<std::string> cells;
    for (const auto& runs : networks) cells.push_back(cell_of(runs));
    if (!std::ranges::all_of(cells, &std::string::empty)) table.add_column(heading, align, cells);
  };
  add_unless_empty("images", Align::right, images_text);
  add_unless_empty("time", Align::right, time_text);
  for (const auto& metric : kErrors) add_metric(table, networks, metric);
  add_unless_empty(heading_of(kAtBestValidation), Align::spread, [](const NetworkRuns& runs) {
    return spread_text(test_error_at_best_validation(runs));
  });
  return table;
}

std::vector<std::string> unfinished_seeds(const std::vector<NetworkRuns>& networks) {
  std::vector<std::string> lines;
  for (const auto& runs : networks)
    for (const auto* run : runs.all) {
      if (run->finished) continue;
      const auto state =
          run->process.empty() ? std::string("not finished") : run->process + " is training it";
      const bool counted = std::count(runs.counted.begin(), runs.counted.end(), run) > 0;
      lines.push_back(
          fmt::format("{} seed {}: {}; {}", runs.label, run->seed,
                      !run->failure.empty() ? "failed: " + run->failure
                      : run->records.empty()
                          ? state + ", no record yet"
                          : state + ", at iteration " + grouped(run->records.back().iteration),
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
    for (const auto& metric : kErrors) add_spread(entry, metric, last_error(runs, metric));
    add_spread(entry, kAtBestValidation, test_error_at_best_validation(runs));
    entry["paper"] = first.run.value("paper", Json::object());
    list.push_back(std::move(entry));
  }
  return list;
}

void add_spread(Json& object, const std::string& metric, const std::optional<Spread>& spread) {
  object[metric] = spread ? Json(spread->mean) : Json();
  object[metric + "_deviation"] = spread && spread->deviation ? Json(*spread->deviation) : Json();
}

}  // namespace reslab::app
