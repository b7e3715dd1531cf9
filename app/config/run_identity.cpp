#include "app/config/run_identity.h"

#include "app/config/settings_reader.h"

namespace reslab::app {
namespace {

std::string shown_at(const Json& object, const std::string& key) {
  return object.contains(key) ? shown(object[key]) : "nothing";
}

void compare(const Json& from, const Json& to, const std::string& pointer,
             std::vector<std::string>& lines) {
  const auto compare_key = [&](const std::string& key) {
    const auto inner = below(pointer, key);
    if (from.contains(key) && to.contains(key)) {
      if (from[key].is_object() && to[key].is_object())
        return compare(from[key], to[key], inner, lines);
      if (from[key] == to[key]) return;
    }
    lines.push_back(inner + ": " + shown_at(from, key) + " -> " + shown_at(to, key));
  };
  for (const auto& item : from.items()) compare_key(item.key());
  for (const auto& item : to.items())
    if (!from.contains(item.key())) compare_key(item.key());
}

}  // namespace

Json identity(const RunPlan& run) {
  Json data_json = to_json(data_settings(), run.data);
  for (const auto* key : {"root", "cache"}) data_json.erase(key);
  return {{"network", to_json(network_settings(), run.network)},
          {"data", std::move(data_json)},
          {"recipe", to_json(recipe_settings(), run.recipe)},
          {"seed", run.seed}};
}

std::vector<std::string> differences(const Json& from, const Json& to) {
  std::vector<std::string> lines;
  compare(from, to, "", lines);
  return lines;
}

}  // namespace reslab::app
