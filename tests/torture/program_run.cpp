#include "torture/program_run.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/command/command.h"
#include "app/command/run_main.h"
#include "torture/file_operations.h"

namespace reslab::torture {
namespace {

constexpr unsigned kMostSeconds = 300;

constexpr auto kExperiment = R"({{
  "name": "torture",
  "data": {{"name": "shapes", "train": 16, "test": 10, "validation": 4}},
  "networks": {{"connection": "plain", "depth": 8}},
  "seeds": {},
  "recipe": {{"iterations": 3, "batch": 4, "record_every": 1, "evaluate_every": 2}},
  "diagnostics": ["layer_response"],
  "export": ["torchscript", "onnx"],
  "checkpoint_every": {{"iterations": 1}},
  "expect": [{{"claim": "it runs", "value": {{"run": "plain-8", "metric": "test_error"}}, "between": [0, 100]}}]
}}
)";

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool ends_with_any(const std::string& name, const std::vector<const char*>& endings) {
  for (const auto* ending : endings)
    if (name.ends_with(ending)) return true;
  return false;
}

/// The value of a JSON file's "status".
std::string status_of(const std::string& run_json) {
  const std::string key = "\"status\": \"";
  const auto at = run_json.find(key);
  if (at == run_json.npos) return "";
  return run_json.substr(at + key.size(), run_json.find('"', at + key.size()) - at - key.size());
}

/// Reads a number of protobuf's variable length.
std::uint64_t variable(const std::string& bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (int shift = 0; at < bytes.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    value |= static_cast<std::uint64_t>(byte & 127) << shift;
    if (byte < 128) break;
  }
  return value;
}

/// Adds the steps of an event file's whole records that hold values: the time (field 1), the step
/// (field 2) and a summary (field 5).
void add_steps(const std::string& bytes, std::set<std::uint64_t>& steps) {
  constexpr std::size_t kHead = 12;
  constexpr std::size_t kTail = 4;
  for (std::size_t at = 0; at + kHead + kTail < bytes.size();) {
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data() + at, sizeof length);
    if (length < 10 || length > bytes.size() - at - kHead - kTail) return;  // torn
    auto field = at + kHead + 9;
    constexpr char kStepKey = 2 << 3;
    constexpr char kSummaryKey = (5 << 3) | 2;
    if (bytes[field] == kStepKey) {
      const auto step = variable(bytes, ++field);
      if (bytes[field] == kSummaryKey) steps.insert(step);
    }
    at += kHead + length + kTail;
  }
}

}  // namespace

pid_t start_run(const std::filesystem::path& directory, const std::function<void()>& prepare) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child > 0) return child;
  if (chdir(directory.c_str()) != 0) _exit(126);
  const auto messages = directory.string() + ".err";
  if (std::freopen("/dev/null", "w", stdout) == nullptr ||
      std::freopen(messages.c_str(), "w", stderr) == nullptr)
    _exit(126);
  setenv("XDG_CACHE_HOME", (directory / "cache").c_str(), 1);
  alarm(kMostSeconds);
  if (prepare) prepare();
  std::vector<std::string> words = {"reslab",    "run", "torture.json", "--device", "cpu",
                                    "--threads", "1"};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  const int code = app::run_main(
      static_cast<int>(arguments.size()), arguments.data(), [](std::span<char*> rest) {
        return app::run_command(static_cast<int>(rest.size()), rest.data());
      });
  std::fflush(nullptr);
  std::ofstream(directory.string() + ".count") << operation_count();
  _exit(code);
}

Outcome wait_for(pid_t child, const std::filesystem::path& directory) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
          content(directory.string() + ".err"),
          std::strtoll(content(directory.string() + ".count").c_str(), nullptr, 10)};
}

void make_experiment(const std::filesystem::path& directory, int seeds) {
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory / ".dvc");
  std::string list;
  for (int seed = 1; seed <= seeds; ++seed) list += (seed > 1 ? ", " : "") + std::to_string(seed);
  std::ofstream(directory / "torture.json") << fmt::format(kExperiment, "[" + list + "]");
}

void write_tree(const FileTree& tree, const std::filesystem::path& directory) {
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  for (const auto& [path, content] : tree) {
    if (path.ends_with('/'))
      std::filesystem::create_directories(directory / path);
    else
      std::ofstream(directory / path, std::ios::binary) << *content.bytes;
  }
}

FileTree read_tree(const std::filesystem::path& directory) {
  FileTree tree;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const auto path = entry.path().lexically_relative(directory).string();
    if (entry.is_directory())
      tree[path + "/"];
    else
      tree[path] = Content(content(entry.path()));
  }
  return tree;
}

std::map<std::string, std::string> results_of(const FileTree& tree) {
  std::map<std::string, std::string> results;
  std::map<std::string, std::set<std::uint64_t>> steps;  // by directory
  for (const auto& [path, content] : tree) {
    if (!path.starts_with("runs/") || path.ends_with('/')) continue;
    const auto name = path.substr(path.rfind('/') + 1);
    const auto& bytes = *content.bytes;
    if (name.starts_with("events.out."))
      add_steps(bytes, steps[path.substr(0, path.rfind('/'))]);
    else if (ends_with_any(name, {"metrics.csv", "layers.csv", "confusion.csv", ".safetensors",
                                  ".onnx", "pictures.json", "experiment.json"}) ||
             path.find("/dvc/") != path.npos)
      results[path] = bytes;
    else if (name == "run.json")
      results[path] = status_of(bytes);
    else if (name == "timing.csv")
      results[path] = std::to_string(std::count(bytes.begin(), bytes.end(), '\n')) + " lines";
    else  // also files that must not be left: temporary ones and locks
      results[path] = bytes.empty() ? "empty" : "exists";
  }
  for (const auto& [directory, numbers] : steps) {
    auto& text = results[directory + "/steps of events"];
    for (const auto number : numbers) text += std::to_string(number) + " ";
  }
  return results;
}

std::string differences(const std::map<std::string, std::string>& expected,
                        const std::map<std::string, std::string>& found) {
  std::string text;
  const auto shown = [](const std::map<std::string, std::string>& results,
                        const std::string& path) {
    const auto entry = results.find(path);
    if (entry == results.end()) return std::string("absent");
    return entry->second.size() < 40 ? "'" + entry->second + "'"
                                     : std::to_string(entry->second.size()) + " bytes";
  };
  for (const auto& [path, bytes] : expected)
    if (const auto other = found.find(path); other == found.end() || other->second != bytes)
      text += fmt::format("{}: {}, expected {}; ", path, shown(found, path), shown(expected, path));
  for (const auto& [path, bytes] : found)
    if (!expected.contains(path)) text += path + ": is left; ";
  return text;
}

}  // namespace reslab::torture
