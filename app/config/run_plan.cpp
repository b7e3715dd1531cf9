#include "app/config/run_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "app/config/named_runs.h"
#include "app/config/run_name.h"
#include "app/config/short_forms.h"
#include "reslab/base/error.h"
#include "reslab/base/setting_rows.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

constexpr std::size_t kMostRuns = 10000;
const std::string kSeeds = "seeds";

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

/// AdamW's steps do not shrink with the gradient. Rates that the file does not give are therefore a
/// hundredth of those for SGD: `start` is 0.001, as in PyTorch's AdamW.
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

/// The seeds of an entry of `networks`.
struct EntrySeeds {
  std::vector<std::int64_t> seeds;
};

const Settings<EntrySeeds>& entry_settings() {
  static const Settings<EntrySeeds> table = {
      number(kSeeds, "seeds of this entry's networks", &EntrySeeds::seeds, 0, kLargestSeed)};
  return table;
}

class Expansion {
 public:
  Expansion(const Document& document, const DataOptions& data,
            const std::vector<std::int64_t>& seeds, InputErrors& errors)
      : document_(document),
        seeds_(seeds),
        errors_(errors),
        variations_(read_variations(document, errors)),
        all_valid_(errors.empty()) {
    for (const auto& variation : variations_) data_.push_back(read_data(variation, data));
  }

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
    InputErrors found_names;
    auto runs = named_runs(trainings_, document_, errors_.empty(), found_names);
    errors_.add_lines(found_names.lines());
    all_valid_ = all_valid_ && found_names.empty();
    if (all_valid_) unused_.report(errors_);
    return runs;
  }

 private:
  DataOptions read_data(const Variation& variation, const DataOptions& of_file) {
    if (!varies(variation, "/data")) return of_file;
    const Places places = [&](std::string_view pointer) {
      return place(document_, variation, pointer);
    };
    InputErrors found;
    DataOptions data;
    read_settings(data_settings(), data, object_at(variation.root, "data"), "/data", places, found);
    finish_data(data, document_, variation, unused_, found);
    errors_.add_lines(found.lines());
    all_valid_ = all_valid_ && found.empty();
    return data;
  }

  void add(const std::string& pointer, const std::string& what) {
    errors_.add(document_.place(pointer), what);
    all_valid_ = false;
  }

  /// Adds the errors of a network's name. Names without errors were replaced by objects before.
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
    for (const auto& value : variations_.front().values)
      if (replaces(entry, value.pointer))
        return add(pointer, "replaces " + value.pointer +
                                ", which /vary varies; expected only one of them to give it");
    std::vector<Axis> axes;
    std::size_t combinations = 1;
    for (const auto& [key, value] : entry.items()) {
      if (key == "recipe" || key == kSeeds || !value.is_array() || is_list_setting(key)) continue;
      if (value.empty()) return add(below(pointer, key), "got [], expected at least one value");
      axes.push_back({key, value.size()});
      combinations = std::min(combinations * value.size(), kMostRuns + 1);
    }
    const auto seeds = seeds_of(entry, pointer);
    combined_ += combinations * variations_.size() * seeds.size();
    if (combined_ > kMostRuns)
      return add(pointer,
                 "expands to more than " + std::to_string(kMostRuns) + " runs, expected fewer");
    for (std::size_t i = 0; i < combinations; ++i)
      expand_combination(entry, pointer, seeds, axes, i);
  }

  /// Whether the entry gives the value at the pointer itself.
  static bool replaces(const Json& entry, const std::string& pointer) {
    const std::string network = "/network", recipe = "/recipe";
    if (pointer.starts_with(network)) {
      const auto inner = pointer.substr(network.size());
      return entry.contains(inner.substr(1, inner.find('/', 1) - 1));
    }
    const auto leaves = leaves_of({recipe, object_at(entry, "recipe")});
    return std::ranges::any_of(leaves, [&](const VariedValue& leaf) {
      return leaf.pointer != recipe &&
             (pointer == leaf.pointer || is_inside(pointer, leaf.pointer));
    });
  }

  std::vector<std::int64_t> seeds_of(const Json& entry, const std::string& pointer) {
    if (!entry.contains(kSeeds) || entry[kSeeds].is_null()) return seeds_;
    const Places places = [&](std::string_view inner) {
      return document_.place(pointer + std::string(inner));
    };
    InputErrors found;
    EntrySeeds own;
    read_settings(entry_settings(), own, {{kSeeds, entry[kSeeds]}}, "", places, found);
    if (found.empty()) check_seeds(own.seeds, places("/seeds"), found);
    errors_.add_lines(found.lines());
    all_valid_ = all_valid_ && found.empty();
    return own.seeds;
  }

  /// The entry's runs with the `number`th combination of the values in its lists.
  void expand_combination(const Json& entry, const std::string& pointer,
                          const std::vector<std::int64_t>& seeds, const std::vector<Axis>& axes,
                          std::size_t number) {
    Json chosen = entry;
    chosen.erase("recipe");
    chosen.erase(kSeeds);
    std::map<std::string, std::string> pointers;
    for (const auto& [key, value] : chosen.items()) pointers[key] = below(pointer, key);
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
      const std::size_t index = number % axis->size;
      number /= axis->size;
      chosen[axis->key] = Json(entry[axis->key][index]);
      pointers[axis->key] = below(pointers[axis->key], index);
    }
    Training training;
    training.seeds = seeds;
    training.pointer = pointer;
    training.own_recipe = object_at(entry, "recipe");
    for (const auto& axis : axes) training.varied_keys.push_back(axis.key);
    for (std::size_t i = 0; i < variations_.size(); ++i) {
      const auto& variation = variations_[i];
      training.variation = &variation;
      training.run = RunPlan();
      training.run.data = data_[i];
      const Places network_places = [&](std::string_view inner) {
        const auto key_end = std::min(inner.find('/', 1), inner.size());
        const auto pointer_of_key = pointers.find(std::string(inner.substr(1, key_end - 1)));
        return place(document_, variation,
                     pointer_of_key == pointers.end()
                         ? "/network" + std::string(inner)
                         : pointer_of_key->second + std::string(inner.substr(key_end)));
      };
      const Json network = patched(object_at(variation.root, "network"), chosen);
      if (!read(network, network_places, training.run.network)) continue;
      training.network = name(training.run.network);
      for (const auto& item : network.items()) training.run.given.push_back(item.key());
      read_recipe(training);
      trainings_.push_back(training);
    }
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

  void read_recipe(Training& training) {
    const auto& own_recipe = training.own_recipe;
    const auto pointer_to = [&](std::string_view inner) {
      const bool in_entry = own_recipe.contains(Json::json_pointer(std::string(inner)));
      return (in_entry ? below(training.pointer, "recipe") : "/recipe") + std::string(inner);
    };
    const Places places = [&](std::string_view inner) {
      return place(document_, *training.variation, pointer_to(inner));
    };
    auto& recipe = training.run.recipe;
    auto json = object_at(training.variation->root, "recipe");
    merge_recipe(json, own_recipe);
    read_settings(recipe_settings(), recipe, json, "", places, errors_);
    check_length(json, pointer_to("/epochs"));
    set_default_rates(recipe, object_at(json, "learning_rate"));
    unused_.note(recipe_settings(), recipe, json, "", places);
    training.recipe = json;
    recipe.init =
        weights_path(pointer_in_file(*training.variation, pointer_to("/init")), recipe.init);
  }

  const Document& document_;
  const std::vector<std::int64_t>& seeds_;
  InputErrors& errors_;
  UnusedSettings unused_;
  std::vector<Variation> variations_;
  bool all_valid_ = true;
  std::vector<DataOptions> data_;  // of each variation
  std::vector<Training> trainings_;
  std::size_t combined_ = 0;  // runs
};

}  // namespace

std::vector<RunPlan> expand_runs(const Document& document, const DataOptions& data,
                                 const std::vector<std::int64_t>& seeds, InputErrors& errors) {
  return Expansion(document, data, seeds, errors).expand();
}

void check_seeds(const std::vector<std::int64_t>& seeds, const std::string& place,
                 InputErrors& errors) {
  if (seeds.empty()) errors.add(place, "got [], expected at least one seed");
  if (std::set(seeds.begin(), seeds.end()).size() != seeds.size())
    errors.add(place, "got " + shown(Json(seeds)) + ", expected each seed once");
}

void finish_data(DataOptions& data, const Document& document, const Variation& variation,
                 UnusedSettings& unused, InputErrors& errors) {
  const Places places = [&](std::string_view pointer) {
    return place(document, variation, pointer);
  };
  auto* const folder = data_root(data);
  if (folder != nullptr && variation.root.contains(Json::json_pointer("/data/root")))
    *folder = document.path(pointer_in_file(variation, "/data/root"), *folder);
  for (const auto& line : reslab::errors(data)) {
    const auto colon = line.find(": ");
    errors.add(places("/data/" + line.substr(0, colon)), line.substr(colon + 2));
  }
  unused.note(data_settings(), data, object_at(variation.root, "data"), "/data", places);
}

}  // namespace reslab::app
