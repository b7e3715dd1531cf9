#include "app/runs/stored_run.h"

#include "app/config/input_errors.h"
#include "app/config/settings_reader.h"
#include "reslab/base/error.h"

namespace reslab::app {

StoredRun read_stored_run(const std::filesystem::path& path) {
  const auto file = (path / "run.json").string();
  StoredRun stored{RunDirectory(path), {}, {}, {}, {}};
  auto run = stored.directory.read();
  if (!run) throw InvalidInput(path.string() + ": not a run directory, it has no run.json");
  stored.run = std::move(*run);

  Mistakes mistakes;
  const Places places = [&file](std::string_view pointer) {
    return file + ": " + std::string(pointer);
  };
  const auto section = [&](const Json& owner, const char* key) -> Json {
    if (owner.is_object() && owner.contains(key) && owner[key].is_object()) return owner[key];
    mistakes.add(file, std::string("'") + key + "' is missing or not an object");
    return Json::object();
  };
  const auto identity = section(stored.run, "identity");
  read_settings(settings(stored.network), section(identity, "network"), "/identity/network", places,
                mistakes);
  read_settings(settings(stored.recipe), section(identity, "recipe"), "/identity/recipe", places,
                mistakes);
  const Json data = {{"data", section(stored.run, "data")}};
  read_settings({data_setting(stored.data)}, data, "", places, mistakes);
  for (const auto& problem : problems(stored.network)) mistakes.add(file, problem.what);
  mistakes.raise();
  return stored;
}

}  // namespace reslab::app
