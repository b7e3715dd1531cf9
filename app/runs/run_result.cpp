#include "app/runs/run_result.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <system_error>

#include "app/config/input_errors.h"
#include "app/runs/csv.h"
#include "app/runs/directory_lock.h"
#include "app/runs/run_directory.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/interchange/weights_file.h"

namespace reslab::app {
namespace {

/// Reads values from run.json. Adds a line to `errors` for each one that is absent or of another
/// type.
class RunFile {
 public:
  RunFile(std::string path, const Json& json, InputErrors& errors)
      : path_(std::move(path)), json_(json), errors_(errors) {}

  std::string text(const std::string& key) {
    const auto value = json_.value(key, Json());
    if (value.is_string() && !value.get<std::string>().empty()) return value;
    add_error(key, "text");
    return {};
  }

  std::int64_t integer(const std::string& key) {
    const auto value = json_.value(key, Json());
    if (value.is_number_integer()) return value;
    add_error(key, "an integer");
    return 0;
  }

  /// {metric: number}, or absent.
  void check_numbers(const std::string& key) {
    const auto value = json_.value(key, Json());
    const auto is_number = [](const Json& item) { return item.is_number(); };
    if (!value.is_null() &&
        !(value.is_object() && std::all_of(value.begin(), value.end(), is_number)))
      add_error(key, "an object of numbers");
  }

  void add_error(const std::string& key, const std::string& expected) {
    const auto found = json_.find(key);
    const auto is = found == json_.end() ? "missing" : shown(*found);
    errors_.add(path_, "/" + key + " is " + is + ", expected " + expected);
  }

 private:
  std::string path_;
  const Json& json_;
  InputErrors& errors_;
};

bool is_run(const std::filesystem::path& directory) {
  return std::filesystem::exists(directory / "run.json");
}

/// Returns the run directories at or below a directory, "resnet-20" before
/// "resnet-110".
std::vector<std::filesystem::path> run_directories(const std::filesystem::path& directory) {
  if (is_run(directory)) return {directory};
  if (std::filesystem::is_regular_file(directory))
    throw InvalidInput(directory.string() + ": " + kind_of(read_file(directory)) +
                       ", expected a directory that 'reslab run' wrote");
  std::vector<std::filesystem::path> found;
  std::error_code error;
  const std::filesystem::recursive_directory_iterator end;
  for (auto entry = std::filesystem::recursive_directory_iterator(directory, error);
       !error && entry != end; entry.increment(error)) {
    if (!entry->is_directory() || !is_run(entry->path())) continue;
    found.push_back(entry->path());
    entry.disable_recursion_pending();
  }
  if (error) throw InvalidInput(directory.string() + ": " + error.message());
  if (found.empty())
    throw InvalidInput(directory.string() +
                       ": no runs in it, expected a directory that 'reslab run' wrote");
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return ::strverscmp(a.c_str(), b.c_str()) < 0; });
  return found;
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
  RunFile file(path, result.run, errors);
  file.text("experiment");
  result.network = file.text("network");
  result.seed = file.integer("seed");
  result.parameters = file.integer("parameters");
  file.check_numbers("paper");
  const auto status = result.run.value("status", Json());
  result.finished = status == "finished";
  if (status == "failed")
    result.failure = file.text("failure");
  else if (!result.finished && status != "running")
    file.add_error("status", "\"running\", \"finished\" or \"failed\"");

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
          errors.gather([&] { results.push_back(read_run(run)); });
    });
  return {std::move(results), errors.lines()};
}

}  // namespace reslab::app
