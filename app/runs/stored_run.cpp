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
