#include "app/config/claims.h"

#include "app/config/settings_reader.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

const Settings<Claims>& claims_settings() {
  static const Settings<Claims> table = {
      text("name", "name of the experiment", &Claims::name),
      text("why", "purpose of the experiment, for readers", &Claims::why),
      number("seeds", "seeds of each network", &Claims::seeds, 0, kLargestSeed)};
  return table;
}

std::filesystem::path file_in(const std::filesystem::path& directory) {
  return directory / "experiment.json";
}

}  // namespace

void write_claims(const std::filesystem::path& directory, const Claims& claims) {
  auto json = to_json(claims_settings(), claims);
  json["expect"] = Json::array();
  for (const auto& expectation : claims.expectations)
    json["expect"].push_back(to_json(expectation));
  make_directories(directory);
  write_text(file_in(directory), json.dump(2) + "\n");
}

std::optional<Claims> read_claims(const std::filesystem::path& directory) {
  const auto file = file_in(directory).string();
  if (!std::filesystem::exists(file)) return {};
  const Document document(file, read_json(file));
  InputErrors errors;
  Claims claims;
  if (document.root().is_object()) {
    const Places places = [&document](std::string_view pointer) { return document.place(pointer); };
    read_settings(claims_settings(), claims, document.root(), "", places, errors, {"expect"});
    if (claims.seeds.empty()) errors.add(places("/seeds"), "expected at least one seed");
    claims.expectations = read_expectations(document, {}, false, DataOptions(), {}, errors);
  } else {
    errors.add(file, "got " + shown(document.root()) + ", expected an object");
  }
  errors.raise();
  return claims;
}

}  // namespace reslab::app
