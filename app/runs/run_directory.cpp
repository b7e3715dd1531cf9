#include "app/runs/run_directory.h"

#include <algorithm>
#include <vector>

#include <fmt/ranges.h>

#include "app/config/input_errors.h"
#include "app/config/settings_reader.h"
#include "app/runs/directory_lock.h"
#include "app/runs/run_json.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace reslab::app {

RunDirectory::RunDirectory(const std::filesystem::path& experiment, const std::string& network,
                           std::int64_t seed)
    : path_(experiment / folder_name(network) / ("seed-" + std::to_string(seed))) {}

std::optional<Json> RunDirectory::read() const {
  const auto file = run_json();
  if (!std::filesystem::exists(file)) return std::nullopt;
  auto run = read_json(file.string());
  InputErrors errors;
  check_run_json(run, file.string(), errors);
  errors.raise();
  return run;
}

void RunDirectory::write(const Json& run) const { write_text(run_json(), indented(run) + "\n"); }

void RunDirectory::make() const {
  const auto folder = checkpoint().parent_path();
  std::error_code absent;
  if (std::filesystem::is_symlink(folder, absent))
    throw IoError(folder.string() + ": it is a link, expected a folder of this run");
  make_directories(folder);
}

void RunDirectory::drop_checkpoints() const { remove_directory(checkpoint().parent_path()); }

void RunDirectory::remove_leftovers() const {
  if (!std::filesystem::exists(checkpoint().parent_path()) && !DirectoryLock::exists(path_)) return;
  const DirectoryLock lock(path_);
  if (lock.held()) drop_checkpoints();
}

std::string folder_name(const std::string& network) { return with_only(network, "-_,=.@+", ','); }

std::filesystem::path weights_of(const std::filesystem::path& path) {
  return std::filesystem::is_directory(path) ? RunDirectory(path).weights() : path;
}

namespace {

/// Text that names the runs below a directory that is not a run's directory itself, for example an
/// experiment's.
std::string no_run_text(const std::filesystem::path& path) {
  std::vector<std::string> runs;
  std::error_code ignored;  // a folder that cannot be read counts as empty
  using Walk = std::filesystem::recursive_directory_iterator;
  for (auto entry = Walk(path, ignored); entry != Walk(); entry.increment(ignored)) {
    if (entry.depth() == 2) entry.disable_recursion_pending();
    if (entry->path().filename() == "run.json")
      runs.push_back(entry->path().parent_path().lexically_relative(path).string());
  }
  if (runs.empty()) return ": not a run directory, it has no run.json";
  std::ranges::sort(runs);
  constexpr std::size_t kShown = 5;
  const auto more = runs.size() > kShown ? runs.size() - kShown : 0;
  const auto example = (path / runs.front()).string();
  runs.resize(runs.size() - more);
  return fmt::format(": holds {}{}; expected one of them, such as {}", fmt::join(runs, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "", example);
}

}  // namespace

StoredRun read_stored_run(const std::filesystem::path& path) {
  StoredRun stored{RunDirectory(path), {}, {}, {}, {}};
  const auto file = stored.directory.run_json().string();
  auto run = stored.directory.read();
  if (!run) throw InvalidInput(path.string() + no_run_text(path));
  stored.run = std::move(*run);

  InputErrors found;
  const Places places = [&file](std::string_view pointer) {
    return file + ": " + std::string(pointer);
  };
  const auto section = [&](const Json& owner, const char* key) -> Json {
    if (owner.is_object() && owner.contains(key) && owner[key].is_object()) return owner[key];
    found.add(file, std::string("'") + key + "' is missing or not an object");
    return Json::object();
  };
  const auto identity = section(stored.run, "identity");
  read_settings(network_settings(), stored.network, section(identity, "network"),
                "/identity/network", places, found);
  read_settings(recipe_settings(), stored.recipe, section(identity, "recipe"), "/identity/recipe",
                places, found);
  read_settings(data_settings(), stored.data, section(stored.run, "data"), "/data", places, found);
  for (const auto& error : errors(stored.network)) found.add(file, error.what);
  found.raise();
  return stored;
}

}  // namespace reslab::app
