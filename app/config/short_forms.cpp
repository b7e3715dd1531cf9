#include "app/config/short_forms.h"

#include <algorithm>

#include "app/config/experiment.h"
#include "app/config/settings_reader.h"
#include "reslab/base/error.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

bool holds(const Json& json, const std::string& key) {
  const auto found = json.find(key);
  return found != json.end() && !found->is_null();
}

/// Replaces a network's name by an entry with the settings that the name gives.
void write_out_name(Json& entry) {
  if (!entry.is_string()) return;
  const auto name = entry.get<std::string>();
  try {
    const auto all = to_json(network_settings(), parse_network(name));
    const auto given = settings_given(name);
    Json object = Json::object();
    for (const auto& [key, value] : all.items()) {
      const bool in_name = key == "connection" || key == "depth" || key == "family";
      if (in_name || std::ranges::find(given, key) != given.end()) object[key] = value;
    }
    entry = std::move(object);
  } catch (const InvalidInput&) {
    return;  // the reader of `networks` reports the error
  }
}

void write_out_recipe(Json& recipe) { write_out_bare_values(recipe_settings().list(), recipe); }

void write_out_entry(Json& entry) {
  write_out_name(entry);
  if (entry.is_object() && entry.contains("recipe")) write_out_recipe(entry["recipe"]);
}

/// Removes the inherited length of the training if the patch gives it in the other unit.
void drop_other_length(Json& recipe, const Json& patch) {
  if (!recipe.is_object() || !patch.is_object()) return;
  const bool epochs = holds(patch, "epochs"), iterations = holds(patch, "iterations");
  if (epochs != iterations) recipe.erase(epochs ? "iterations" : "epochs");
}

void drop_other_length_inside(Json& holder, const Json& patch) {
  if (holder.is_object() && patch.is_object() && holds(holder, "recipe") && holds(patch, "recipe"))
    drop_other_length(holder["recipe"], patch["recipe"]);
}

}  // namespace

void write_out_short_forms(Json& experiment) {
  if (!experiment.is_object()) return;
  write_out_bare_values(experiment_settings().list(), experiment);
  const auto networks = experiment.find("networks");
  if (networks == experiment.end()) return;
  if (!networks->is_array()) return write_out_entry(*networks);
  for (auto& entry : *networks) write_out_entry(entry);
}

void merge_experiment(Json& experiment, const Json& patch) {
  drop_other_length_inside(experiment, patch);
  if (holds(experiment, "networks") && holds(patch, "networks"))
    drop_other_length_inside(experiment["networks"], patch["networks"]);
  experiment.merge_patch(patch);
  write_out_short_forms(experiment);
}

void merge_recipe(Json& recipe, const Json& patch) {
  drop_other_length(recipe, patch);
  recipe.merge_patch(patch);
  write_out_recipe(recipe);
}

void settle(Json& experiment, const std::string& pointer) {
  Json::json_pointer place(pointer);
  const auto key = place.back();
  place.pop_back();
  if (!place.empty() && place.back() == "recipe" && experiment.contains(place))
    drop_other_length(experiment[place], {{key, experiment[place].value(key, Json())}});
  write_out_short_forms(experiment);
}

}  // namespace reslab::app
