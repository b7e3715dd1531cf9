#include "app/config/named_runs.h"

#include <algorithm>
#include <map>

#include "app/config/run_identity.h"
#include "app/config/run_name.h"

namespace reslab::app {
namespace {

constexpr std::size_t kLongestRunName = 200;  // bytes; file systems allow 255 for a folder

/// The value at the pointer, or null if there is none.
Json value_at(const Json& json, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return json.contains(place) ? json.at(place) : Json();
}

/// Returns the end of an error line, which names the settings whose lists of values do not change
/// the network.
std::string text_of_unused_settings(const Training& training) {
  const std::string in_network = "/network/";
  auto keys = training.varied_keys;
  for (const auto& value : training.variation->values)
    if (value.pointer.starts_with(in_network))
      keys.push_back(value.pointer.substr(in_network.size()));
  std::string why;
  for (const auto& setting : network_settings())
    for (const auto& key : keys)
      if (const auto unused = network_settings().unused(setting, training.run.network);
          key == setting.name && !unused.empty())
        why += "; '" + key + "' has no effect on it: " + unused;
  return why;
}

/// The recipes of a network, by entry.
using Recipes = std::map<std::string, Json>;

/// The values of the entry's own recipe that differ between the entries, and the varied values.
std::vector<VariedValue> values_in_name(const Training& training, const Recipes& recipes) {
  const std::string recipe = "/recipe";
  std::vector<VariedValue> values;
  if (recipes.size() > 1)
    for (const auto& leaf : leaves_of({recipe, training.own_recipe})) {
      const auto inner = leaf.pointer.substr(recipe.size());
      const bool differs = std::ranges::any_of(
          recipes, [&](const auto& other) { return value_at(other.second, inner) != leaf.value; });
      if (differs && !inner.empty()) values.push_back(leaf);
    }
  const auto& varied = training.variation->values;
  values.insert(values.end(), varied.begin(), varied.end());
  return values;
}

/// The names and the settings of the trainings so far. Two runs of one name would share a folder,
/// and claims could not tell them apart.
class EarlierTrainings {
 public:
  /// Returns the error in the training's name, or an empty text.
  std::string name_error(const Training& training) {
    const auto& name = training.run.name;
    if (name.size() > kLongestRunName)
      return "the name of the run '" + name.substr(0, kLongestRunName / 2) + "…' is longer than " +
             std::to_string(kLongestRunName) + " bytes, expected fewer or shorter values to vary";
    const auto [found, is_new] = entry_of_.try_emplace(name, training.pointer);
    if (is_new) return "";
    return "two runs are named '" + name + "', the first is from " + found->second +
           "; expected different names" + text_of_unused_settings(training);
  }

  /// Returns an error that names the earlier training with the same settings, or an empty text.
  std::string repetition_error(const Training& training) {
    const auto& run = training.run;
    auto content = identity(run);
    content["data"] = to_json(data_settings(), run.data);  // identity() has no folder
    const auto [same, is_new] = run_of_.try_emplace(content.dump(), run.name);
    if (is_new) return "";
    return "'" + run.name + "' is the same training as '" + same->second +
           "', expected different settings";
  }

 private:
  std::map<std::string, std::string> entry_of_;  // pointer by the run's name
  std::map<std::string, std::string> run_of_;    // run's name by its settings
};

}  // namespace

std::vector<RunPlan> named_runs(std::vector<Training>& trainings, const Document& document,
                                bool complete, InputErrors& errors) {
  std::map<std::string, Recipes> recipes_of;
  for (const auto& training : trainings)
    recipes_of[training.network].emplace(training.pointer, training.recipe);
  EarlierTrainings earlier;
  std::vector<RunPlan> runs;
  for (auto& training : trainings) {
    training.run.name =
        run_name(training.network, values_in_name(training, recipes_of[training.network]));
    auto error = earlier.name_error(training);
    // A training without its refused values may equal another one.
    if (error.empty() && complete && errors.empty()) error = earlier.repetition_error(training);
    if (!error.empty()) {
      errors.add(document.place(training.pointer), error);
      continue;
    }
    for (const auto seed : training.seeds) {
      runs.push_back(training.run);
      runs.back().seed = seed;
    }
  }
  return runs;
}

}  // namespace reslab::app
