#include "app/runs/run_result.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <system_error>

#include "app/runs/csv.h"
#include "reslab/base/error.h"

namespace reslab::app {
namespace {

/// Reads values from run.json and collects the errors.
class RunFile {
 public:
  RunFile(std::filesystem::path path, const Json& json) : path_(std::move(path)), json_(json) {}

  std::string text(const std::string& key) {
    const auto found = json_.find(key);
    if (found != json_.end() && found->is_string() && !found->get_ref<const std::string&>().empty())
      return *found;
    complain(key, "text");
    return {};
  }

  std::int64_t integer(const std::string& key) {
    const auto found = json_.find(key);
    if (found != json_.end() && found->is_number_integer()) return *found;
    complain(key, "an integer");
    return 0;
  }

  /// {metric: number}, or absent.
  void check_numbers(const std::string& key) {
    const auto found = json_.find(key);
    if (found == json_.end() || found->is_null()) return;
    if (!found->is_object() || !std::all_of(found->begin(), found->end(),
                                            [](const Json& value) { return value.is_number(); }))
      complain(key, "an object of numbers");
  }

  void complain(const std::string& key, const std::string& expected) {
    const auto found = json_.find(key);
    errors_.push_back(path_.string() + ": /" + key + " is " +
                      (found == json_.end() ? "missing" : shown(*found)) + ", expected " +
                      expected);
  }

  const std::vector<std::string>& errors() const { return errors_; }

 private:
  std::filesystem::path path_;
  const Json& json_;
  std::vector<std::string> errors_;
};

/// Calls `read` and adds the lines of the InvalidInput that it throws.
template <class Read>
void gather(std::vector<std::string>& errors, const Read& read) {
  try {
    read();
  } catch (const InvalidInput& error) {
    errors.insert(errors.end(), error.lines().begin(), error.lines().end());
  }
}

/// Returns a sort key in which "9" comes before "10": each number is preceded by its length.
std::string natural_key(const std::string& text) {
  std::string key;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (end == i) {
      key += text[i++];
      continue;
    }
    while (i + 1 < end && text[i] == '0') ++i;
    key += '0' + std::string(1, static_cast<char>(end - i)) + text.substr(i, end - i);
    i = end;
  }
  return key;
}

bool is_run(const std::filesystem::path& directory) {
  return std::filesystem::exists(directory / "run.json");
}

/// Returns the run directories at or below a directory, in the order of their natural keys.
std::vector<std::filesystem::path> run_directories(const std::filesystem::path& directory) {
  if (is_run(directory)) return {directory};
  std::vector<std::filesystem::path> found;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    if (!entry->is_directory() || !is_run(entry->path())) continue;
    found.push_back(entry->path());
    entry.disable_recursion_pending();
  }
  if (error) throw InvalidInput(directory.string() + ": " + error.message());
  if (found.empty())
    throw InvalidInput(directory.string() +
                       ": no runs in it, expected a directory that 'reslab run' wrote");
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return natural_key(a.string()) < natural_key(b.string());
  });
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
  RunResult result;
  result.directory = directory;
  result.run = read_json((directory / "run.json").string());
  if (!result.run.is_object())
    throw InvalidInput((directory / "run.json").string() + ": expected an object, found " +
                       shown(result.run));
  RunFile file(directory / "run.json", result.run);
  file.text("experiment");
  result.network = file.text("network");
  result.seed = file.integer("seed");
  result.parameters = file.integer("parameters");
  file.check_numbers("paper");
  const std::string status =
      result.run.value("status", Json()).is_string() ? result.run["status"] : "";
  result.finished = status == "finished";
  if (status == "failed") result.failure = file.text("failure");
  if (!result.finished && status != "failed" && status != "running")
    file.complain("status", "\"running\", \"finished\" or \"failed\"");

  std::vector<std::string> errors = file.errors();
  const auto metrics = directory / "metrics.csv", layers = directory / "layers.csv",
             timing = directory / "timing.csv";
  gather(errors, [&] {
    if (result.finished || std::filesystem::exists(metrics))
      result.records = read_csv<Record>(metrics);
    if (result.finished && result.records.empty())
      throw InvalidInput(metrics.string() + ": no records, expected those of a finished run");
  });
  gather(errors, [&] {
    if (std::filesystem::exists(layers)) result.layers = read_csv<LayerRecord>(layers);
  });
  gather(errors, [&] {
    if (!std::filesystem::exists(timing)) return;
    const auto rows = read_csv<Timing>(timing);
    if (!rows.empty()) result.training_seconds = rows.back().seconds;
  });
  if (!errors.empty()) throw InvalidInput(errors);
  return result;
}

std::vector<RunResult> find_runs(const std::vector<std::filesystem::path>& directories) {
  std::vector<RunResult> results;
  std::vector<std::string> errors;
  std::set<std::filesystem::path> seen;
  for (const auto& directory : directories)
    gather(errors, [&] {
      for (const auto& run : run_directories(directory))
        if (seen.insert(std::filesystem::canonical(run)).second)
          gather(errors, [&] { results.push_back(read_run(run)); });
    });
  if (!errors.empty()) throw InvalidInput(errors);
  return results;
}

}  // namespace reslab::app
