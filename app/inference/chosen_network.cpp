#include "app/inference/chosen_network.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/config/settings_reader.h"
#include "reslab/base/error.h"
#include "reslab/interchange/load_weights.h"
#include "reslab/interchange/weights_network.h"
#include "reslab/model/network_name.h"
#include "reslab/train/recipe.h"

namespace reslab::app {
namespace {

/// BatchNorm's settings in the recipe that trained the weights; the defaults if it is unknown.
BatchNormOptions batch_norm_of(const WeightsFile& weights) {
  const auto found = weights.metadata.find("recipe");
  if (found == weights.metadata.end()) return {};
  const auto recipe_json = Json::parse(found->second, nullptr, false);
  if (!recipe_json.is_object())
    throw InvalidInput(weights.where + ": its metadata are damaged: 'recipe'");
  Recipe recipe;
  InputErrors found_errors;
  const Places places = [&](std::string_view) { return weights.where + ": recipe"; };
  read_settings(recipe_settings(), recipe, recipe_json, "", places, found_errors);
  found_errors.raise();
  return recipe.batch_norm;
}

/// Makes the network with the number of classes of the weights, unless `given` has `classes`.
/// `layer`: the network's last layer; empty if it is not known.
std::shared_ptr<Network> network_for(NetworkSpec spec, const std::vector<std::string>& given,
                                     std::string layer, const WeightsFile& weights) {
  const auto batch_norm = batch_norm_of(weights);
  std::shared_ptr<Network> network;
  if (layer.empty()) {
    network = make_network(spec, 0, batch_norm);
    layer = wanted_by(*network).layer;
  }
  const bool classes_given = std::ranges::find(given, "classes") != given.end();
  const auto classes = class_count(layer, weights);
  const auto& row = *network_settings().find("classes");
  if (classes &&
      (static_cast<double>(*classes) < row.low || static_cast<double>(*classes) > row.high))
    throw InvalidInput(weights.where + ": its last layer has " + counted(*classes, "output") +
                       ", expected " + grouped(static_cast<std::int64_t>(row.low)) + " to " +
                       grouped(static_cast<std::int64_t>(row.high)));
  if (!classes_given && classes && *classes != spec.classes) {
    spec.classes = *classes;
    network = nullptr;
  }
  return network ? network : make_network(spec, 0, batch_norm);
}

/// The source's network. Settings that weights do not show are taken from the file's metadata, or
/// assumed to be as in other programs' networks. Adds the names of these settings to `given`.
NetworkSpec settled(const ModelSource& source, const WeightsFile& weights,
                    const std::optional<NetworkSpec>& stored, std::vector<std::string>& given,
                    std::vector<std::string>& notes) {
  auto spec = parse_network(source.model);
  const auto& table = network_settings();
  for (const auto hidden : kNotInWeights) {
    const std::string setting(hidden);
    if (std::ranges::find(given, setting) != given.end()) continue;
    const auto& row = *table.find(setting);
    if (stored) {
      table.set(row, spec, table.get(row, *stored));
      given.push_back(setting);
    } else if (setting == "stride_in" && table.unused(row, spec).empty()) {
      spec.stride_in = StrideIn::conv3x3;
      given.push_back(setting);
      notes.emplace_back(
          "assumed: stride_in=3x3 (as in torchvision's weights; the paper's is 1x1)");
    } else if (setting == "padding" && pads_both_sides(spec, entries_of(weights))) {
      spec.padding = Padding::both;
      given.push_back(setting);
      notes.emplace_back(
          "assumed: padding=both (as in akamaster's networks, whose last layer is 'linear' too; "
          "the paper's is end)");
    }
  }
  return spec;
}

}  // namespace

ChosenNetwork choose_network(const ModelSource& source, const std::string& layer,
                             const WeightsFile& weights) {
  const auto stored = stored_network(weights);
  if (source.weights.empty() && !stored) {
    const auto shown = network_of(entries_of(weights));
    throw InvalidInput(weights.where +
                       ": weights that do not name their network; expected NETWORK --weights FILE" +
                       (shown ? ", for example " + name(*shown) : ""));
  }
  if (source.weights.empty()) return {network_for(*stored, {}, layer, weights), {}};
  auto given = settings_given(source.model);
  ChosenNetwork chosen;
  const auto spec = settled(source, weights, stored, given, chosen.notes);
  chosen.network = network_for(spec, given, layer, weights);
  if (stored) {
    auto compared = spec;
    if (std::ranges::find(given, "classes") == given.end()) compared.classes = stored->classes;
    if (name(compared) != name(*stored))
      chosen.notes.push_back(weights.where + ": was written for " + name(*stored));
  }
  for (auto& line : assumptions(spec, given)) chosen.notes.push_back(std::move(line));
  return chosen;
}

}  // namespace reslab::app
