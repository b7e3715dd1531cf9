#include "app/runs/run_result.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <system_error>

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
  return std::filesystem::exists(directory / "run.json");
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

/// Throws InvalidInput if a row of the confusion matrix has a label of no class in run.json.
void check_labels(const RunResult& result, const std::filesystem::path& file) {
  const auto names = result.run.find("classes");
  const bool named = names != result.run.end() && names->is_array();
  const auto classes = named ? std::ssize(*names) : 0;
  for (const auto& row : result.confusion)
    if (const auto label = std::max(row.label, row.predicted); label >= classes)
      throw InvalidInput(file.string() + ": a row has the label " + std::to_string(label) +
                         ", expected one below " + std::to_string(classes) +
                         ", the number of classes in run.json");
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
  const auto path = (directory / "run.json").string();
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

  const RunDirectory run(directory);
  if (!result.finished) result.process = DirectoryLock::holder(directory);
  errors.gather([&] {
    if (result.finished || std::filesystem::exists(run.metrics()))
      result.records = read_csv<Record>(run.metrics());
    if (result.finished && result.records.empty())
      throw InvalidInput(run.metrics().string() + ": no records, expected those of a finished run");
  });
  errors.gather([&] {
    if (std::filesystem::exists(run.layers())) result.layers = read_csv<LayerRecord>(run.layers());
  });
  errors.gather([&] {
    if (std::filesystem::exists(run.confusion()))
      result.confusion = read_csv<ConfusionRecord>(run.confusion());
    check_labels(result, run.confusion());
  });
  errors.gather([&] {
    if (!std::filesystem::exists(run.timing())) return;
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
      for (const auto& run : run_directories(directory))
        if (seen.insert(std::filesystem::canonical(run)).second)
          errors.gather([&] {
            try {
              results.push_back(read_run(run));
            } catch (const IoError& error) {
              throw InvalidInput(error.what());
            }
          });
    });
  return {std::move(results), errors.lines()};
}

}  // namespace reslab::app
