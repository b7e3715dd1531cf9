#include "app/config/run_plan.h"

#include <algorithm>
#include <map>

#include "app/config/settings_reader.h"
#include "app/config/short_forms.h"
#include "reslab/base/error.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

constexpr std::size_t kMostRuns = 10000;

Json patched(Json base, const Json& patch) {
  base.merge_patch(patch);
  return base;
}

/// A key of an entry with the values to multiply by.
struct Axis {
  std::string key;
  std::size_t size;
};

bool is_list_setting(const std::string& key) {
  const auto* setting = network_settings().find(key);
  return setting != nullptr &&
         (setting->type == Setting::Type::integers || setting->type == Setting::Type::numbers);
}

/// AdamW's steps do not shrink with the gradient, so rates that the file does not give are a
/// hundredth of those for SGD, as in PyTorch.
void set_default_rates(Recipe& recipe, const Json& given) {
  if (recipe.optimizer.kind != OptimizerKind::adamw) return;
  constexpr double kSgdToAdamw = 100;
  std::visit(
      [&given](auto& schedule) {
        if (!given.contains("start")) schedule.start /= kSgdToAdamw;
        if constexpr (requires { schedule.peak; })
          if (!given.contains("peak")) schedule.peak /= kSgdToAdamw;
      },
      recipe.learning_rate.schedule);
}

class Expansion {
 public:
  Expansion(const Document& document, const std::vector<std::int64_t>& seeds, InputErrors& errors)
      : document_(document),
        seeds_(seeds),
        errors_(errors),
        shared_network_(object_at(document.root(), "network")),
        shared_recipe_(object_at(document.root(), "recipe")) {}

  std::vector<RunPlan> expand() {
    const auto found = document_.root().find("networks");
    if (found == document_.root().end()) {
      add("",
          "missing key 'networks', expected a network or a list, for example "
          "[\"plain-20\", \"resnet-20\"]");
    } else if (found->is_array()) {
      if (found->empty()) add("/networks", "got [], expected at least one network");
      for (std::size_t i = 0; i < found->size(); ++i)
        expand_entry((*found)[i], below("/networks", i));
    } else {
      expand_entry(*found, "/networks");
    }
    if (all_valid_) unused_.report(errors_);
    return std::move(runs_);
  }

 private:
  void add(const std::string& pointer, const std::string& what) {
    errors_.add(document_.place(pointer), what);
    all_valid_ = false;
  }

  /// Adds the errors of a name that cannot be read; other names were replaced by objects.
  void add_name_errors(const std::string& name, const std::string& pointer) {
    try {
      parse_network(name);
    } catch (const InvalidInput& error) {
      for (const auto& line : error.lines()) add(pointer, line);
    }
  }

  void expand_entry(const Json& entry, const std::string& pointer) {
    if (entry.is_string()) return add_name_errors(entry.get<std::string>(), pointer);
    if (!entry.is_object())
      return add(pointer, "got " + shown(entry) +
                              ", expected a network, for example \"resnet-20\" or "
                              "{\"connection\": \"residual\", \"depth\": 20}");
    if (entry.contains("recipe") && !entry["recipe"].is_object() && !entry["recipe"].is_null())
      return add(below(pointer, "recipe"),
                 "got " + shown(entry["recipe"]) + ", expected an object");
    std::vector<Axis> axes;
    std::size_t combinations = 1;
    for (const auto& [key, value] : entry.items()) {
      if (key == "recipe" || !value.is_array() || is_list_setting(key)) continue;
      if (value.empty()) return add(below(pointer, key), "got [], expected at least one value");
      axes.push_back({key, value.size()});
      combinations = std::min(combinations * value.size(), kMostRuns + 1);
    }
    if (runs_.size() + combinations * seeds_.size() > kMostRuns)
      return add(pointer,
                 "expands to more than " + std::to_string(kMostRuns) + " runs, expected fewer");
    for (std::size_t i = 0; i < combinations; ++i) expand_combination(entry, pointer, axes, i);
  }

  /// The entry's runs with the `number`th combination of the values in its lists.
  void expand_combination(const Json& entry, const std::string& pointer,
                          const std::vector<Axis>& axes, std::size_t number) {
    Json chosen = entry;
    chosen.erase("recipe");
    std::map<std::string, std::string> pointers;
    for (const auto& [key, value] : chosen.items()) pointers[key] = below(pointer, key);
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
      const std::size_t index = number % axis->size;
      number /= axis->size;
      chosen[axis->key] = Json(entry[axis->key][index]);
      pointers[axis->key] = below(pointers[axis->key], index);
    }
    const Places network_places = [&](std::string_view inner) {
      const auto key_end = std::min(inner.find('/', 1), inner.size());
      const auto pointer_of_key = pointers.find(std::string(inner.substr(1, key_end - 1)));
      return document_.place(pointer_of_key == pointers.end()
                                 ? "/network" + std::string(inner)
                                 : pointer_of_key->second + std::string(inner.substr(key_end)));
    };
    const Json network = patched(shared_network_, chosen);
    RunPlan run;
    if (!read(network, network_places, run.network)) return;
    run.name = name(run.network);
    for (const auto& item : network.items()) run.given.push_back(item.key());
    if (is_new(run, pointer, axes)) add_seeds(run, object_at(entry, "recipe"), pointer);
  }

  bool read(const Json& network, const Places& places, NetworkSpec& spec) {
    InputErrors found;
    read_settings(network_settings(), spec, network, "", places, found);
    for (const auto& error : errors(spec)) found.add(places('/' + error.setting), error.what);
    errors_.add_lines(found.lines());
    all_valid_ = all_valid_ && found.empty();
    if (found.empty()) unused_.note(network_settings(), spec, network, "", places);
    return found.empty();
  }

  /// Returns whether the run's name is new. Two runs of one name would share a folder, and claims
  /// could not tell them apart.
  bool is_new(const RunPlan& run, const std::string& pointer, const std::vector<Axis>& axes) {
    const auto [found, is_new] = entry_of_.try_emplace(run.name, pointer);
    if (is_new) return true;
    std::string why;
    for (const auto& setting : network_settings())
      for (const auto& axis : axes)
        if (const auto unused = network_settings().unused(setting, run.network);
            axis.key == setting.name && !unused.empty())
          why += "; '" + axis.key + "' has no effect on it: " + unused;
    add(pointer, "a second run of the name '" + run.name + "', the first is from " + found->second +
                     "; expected different ones" + why);
    return false;
  }

  void check_length(const Json& recipe, const std::string& pointer) {
    const auto given = [&recipe](const char* key) { return !recipe.value(key, Json()).is_null(); };
    if (given("epochs") && given("iterations"))
      add(pointer, "the length is given in epochs and in iterations, expected one of them");
    else if (given("epochs") && recipe["epochs"] == 0)
      add(pointer, "got 0, expected a number above 0");
  }

  /// The path that FILE or FILE:SECTION at the pointer means, with the section.
  std::string weights_path(const std::string& pointer, const std::string& text) const {
    auto path = document_.path(pointer, text);
    const auto colon = text.rfind(':');
    if (path != text || colon == text.npos) return path;
    return document_.path(pointer, text.substr(0, colon)) + text.substr(colon);
  }

  void add_seeds(RunPlan run, const Json& own_recipe, const std::string& pointer) {
    const auto pointer_to = [&](std::string_view inner) {
      const bool in_entry = own_recipe.contains(Json::json_pointer(std::string(inner)));
      return (in_entry ? below(pointer, "recipe") : "/recipe") + std::string(inner);
    };
    const Places places = [&](std::string_view inner) {
      return document_.place(pointer_to(inner));
    };
    Json recipe = shared_recipe_;
    merge_recipe(recipe, own_recipe);
    read_settings(recipe_settings(), run.recipe, recipe, "", places, errors_);
    check_length(recipe, pointer_to("/epochs"));
    set_default_rates(run.recipe, object_at(recipe, "learning_rate"));
    unused_.note(recipe_settings(), run.recipe, recipe, "", places);
    run.recipe.init = weights_path(pointer_to("/init"), run.recipe.init);
    for (const auto seed : seeds_) {
      run.seed = seed;
      runs_.push_back(run);
    }
  }

  const Document& document_;
  const std::vector<std::int64_t>& seeds_;
  InputErrors& errors_;
  Json shared_network_;
  Json shared_recipe_;
  std::vector<RunPlan> runs_;
  std::map<std::string, std::string> entry_of_;  // run's name to pointer
  UnusedSettings unused_;
  bool all_valid_ = true;
};

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

std::vector<RunPlan> expand_runs(const Document& document, const std::vector<std::int64_t>& seeds,
                                 InputErrors& errors) {
  return Expansion(document, seeds, errors).expand();
}

Json identity(const RunPlan& run, const DataOptions& data) {
  Json data_json = to_json(data_settings(), data);
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
