#include "app/runs/run_result.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <system_error>
#include <tuple>

#include <fmt/format.h>

#include "app/config/input_errors.h"
#include "app/runs/csv.h"
#include "app/runs/directory_lock.h"
#include "app/runs/run_directory.h"
#include "app/runs/run_json.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/interchange/weights_file.h"

namespace reslab::app {
namespace {

bool is_run(const std::filesystem::path& directory) {
  return has_entry(RunDirectory(directory).run_json());
}

void add_run_directories(const std::filesystem::path& directory,
                         std::vector<std::filesystem::path>& found) {
  std::error_code error;
  for (const auto& entry : directory_entries(directory, error)) {
    if (!entry.is_directory()) continue;
    if (is_run(entry.path()))
      found.push_back(entry.path());
    else if (!entry.is_symlink())
      add_run_directories(entry.path(), found);
  }
  if (error) throw InvalidInput(directory.string() + ": " + error.message());
}

/// Returns the run directories at or below a directory, "resnet-20" before
/// "resnet-110".
std::vector<std::filesystem::path> run_directories(const std::filesystem::path& directory) {
  if (is_run(directory)) return {directory};
  if (std::filesystem::is_regular_file(directory))
    throw InvalidInput(directory.string() + ": " + kind_of(read_file(directory)) +
                       ", expected a directory that 'reslab run' wrote");
  std::vector<std::filesystem::path> found;
  add_run_directories(directory, found);
  if (found.empty())
    throw InvalidInput(directory.string() +
                       ": no runs in it, expected a directory that 'reslab run' wrote");
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return ::strverscmp(a.c_str(), b.c_str()) < 0; });
  return found;
}

/// Throws InvalidInput unless the records of a finished run end at the recipe's last iteration.
void require_last_record(const RunResult& result, const std::filesystem::path& file) {
  if (result.records.empty())
    throw InvalidInput(file.string() + ": no records, expected those of a finished run");
  const Json::json_pointer place("/identity/recipe/iterations");
  if (!result.run.contains(place) || !result.run.at(place).is_number_integer()) return;
  const auto expected = result.run.at(place).get<std::int64_t>();
  if (const auto last = result.records.back().iteration; last != expected)
    throw InvalidInput(fmt::format("{}: ends at iteration {}, expected {}, the last of run.json",
                                   file.string(), last, expected));
}

/// Throws InvalidInput if the confusion matrix has a label of no class in run.json, or if it gives
/// another test error than the record of its iteration.
void check_confusion(const RunResult& result, const std::filesystem::path& file) {
  const auto names = result.run.find("classes");
  const bool named = names != result.run.end() && names->is_array();
  const auto classes = named ? std::ssize(*names) : 0;
  for (const auto& row : result.confusion)
    if (const auto label = std::max(row.label, row.predicted); label >= classes)
      throw InvalidInput(file.string() + ": a row has the label " + std::to_string(label) +
                         ", expected one below " + std::to_string(classes) +
                         ", the number of classes in run.json");
  if (result.confusion.empty()) return;
  const auto iteration = result.confusion.front().iteration;
  std::int64_t images = 0, wrong = 0;
  for (const auto& row : result.confusion) {
    if (row.iteration != iteration)
      throw InvalidInput(fmt::format("{}: has rows of the iterations {} and {}, expected one",
                                     file.string(), iteration, row.iteration));
    images += row.images;
    if (row.label != row.predicted) wrong += row.images;
  }
  const auto record = std::ranges::find(result.records, iteration, &Record::iteration);
  if (record == result.records.end() || !record->test) return;
  const double error = 100.0 * static_cast<double>(wrong) / static_cast<double>(images);
  if (std::abs(error - record->test->error) > 1e-6)
    throw InvalidInput(fmt::format("{}: its test error is {:.2f} %, that of metrics.csv {:.2f} %",
                                   file.string(), error, record->test->error));
}

/// Removes runs that repeat the network and seed of another run, and adds a line for each.
void remove_copies(std::vector<RunResult>& results, InputErrors& errors) {
  std::map<std::tuple<std::filesystem::path, std::string, std::int64_t>, std::filesystem::path>
      known;
  std::erase_if(results, [&](const RunResult& result) {
    const auto [first, is_new] = known.try_emplace(
        {experiment_directory(result), result.network, result.seed}, result.directory);
    if (!is_new)
      errors.add(result.directory.string(), fmt::format("is {} seed {}, as is {}", result.network,
                                                        result.seed, first->second.string()));
    return !is_new;
  });
}

}  // namespace

std::string experiment_of(const RunResult& result) { return result.run.value("experiment", ""); }

std::filesystem::path experiment_directory(const RunResult& result) {
  const auto directory = std::filesystem::absolute(result.directory / "").lexically_normal();
  return directory.parent_path().parent_path().parent_path();
}

std::optional<std::int64_t> batch_of(const RunResult& result) {
  const Json::json_pointer place("/identity/recipe/batch");
  if (!result.run.contains(place) || !result.run.at(place).is_number_integer()) return {};
  return result.run.at(place).get<std::int64_t>();
}

std::optional<double> paper_value(const RunResult& result, const std::string& metric) {
  const auto paper = result.run.find("paper");
  if (paper == result.run.end() || !paper->is_object() || !paper->contains(metric)) return {};
  return paper->at(metric).get<double>();
}

RunResult read_run(const std::filesystem::path& directory) {
  const RunDirectory run(directory);
  const auto path = run.run_json().string();
  RunResult result;
  result.directory = directory;
  result.run = read_json(path);
  if (!result.run.is_object())
    throw InvalidInput(path + ": expected an object, found " + shown(result.run));
  InputErrors errors;
  const bool failed = result.run.value("status", Json()) == "failed";
  std::vector<std::string> required = {"experiment", "network", "seed", "parameters", "status"};
  if (failed) required.emplace_back("failure");
  check_run_json(result.run, path, errors, required);
  if (errors.empty()) {
    result.network = result.run["network"];
    result.seed = result.run["seed"];
    result.parameters = result.run["parameters"];
    result.finished = result.run["status"] == "finished";
    if (failed) result.failure = result.run["failure"];
  }

  if (!result.finished) result.process = DirectoryLock::holder(directory);
  errors.gather([&] {
    if (result.finished || has_entry(run.metrics()))
      result.records = read_csv<Record>(run.metrics());
    if (result.finished) require_last_record(result, run.metrics());
  });
  errors.gather([&] {
    if (has_entry(run.layers())) result.layers = read_csv<LayerRecord>(run.layers());
  });
  errors.gather([&] {
    if (has_entry(run.confusion())) result.confusion = read_csv<ConfusionRecord>(run.confusion());
    check_confusion(result, run.confusion());
  });
  errors.gather([&] {
    if (!has_entry(run.timing())) return;
    const auto rows = read_csv<Timing>(run.timing());
    if (!rows.empty()) result.training_seconds = rows.back().seconds;
  });
  errors.raise();
  return result;
}

FoundRuns find_runs(const std::vector<std::filesystem::path>& directories) {
  std::vector<RunResult> results;
  InputErrors errors;
  std::set<std::filesystem::path> seen;
  for (const auto& directory : directories)
    errors.gather([&] {
      for (const auto& run : run_directories(directory)) {
        if (!seen.insert(std::filesystem::canonical(run)).second) continue;
        try {
          errors.gather([&] { results.push_back(read_run(run)); });
        } catch (const IoError& error) {
          errors.add_lines({error.what()});
        }
      }
    });
  remove_copies(results, errors);
  return {std::move(results), errors.lines()};
}

}  // namespace reslab::app
