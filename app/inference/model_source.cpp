#include "app/inference/model_source.h"

#include <algorithm>
#include <filesystem>

#include "app/config/settings_reader.h"
#include "app/runs/csv.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/load_weights.h"
#include "reslab/interchange/weights_match.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

/// Parses JSON. Text that is not JSON becomes a string, as in --set.
Json json_or_text(const std::string& text) {
  auto json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(text) : json;
}

Normalize parse_normalize(const std::string& text) {
  InputErrors found;
  const Places places = [](std::string_view) { return "--normalize"; };
  DataOptions data;
  read_settings(data_settings(), data, {{"normalize", json_or_text(text)}}, "", places, found);
  for (const auto& line : errors(data.normalize)) found.add("--normalize", line);
  found.raise();
  return data.normalize;
}

/// Returns the constants of a normalisation, measured on the training images if necessary.
Normalization normalization(const Normalize& normalize, const std::string& data) {
  const bool measured = normalize.kind == Normalize::Kind::per_pixel_mean ||
                        normalize.kind == Normalize::Kind::per_channel;
  if (!measured) return measure(normalize, MemoryImages(1, 1, {}, {}), 1, 1);
  if (data.empty())
    throw InvalidInput(
        "--normalize: this is measured on training images; expected --data DATASET[:DIR] too");
  const auto set = load(parse_data(data, "--data"));
  return measure(normalize, *set.train, set.height, set.width);
}

/// The last row of metrics.csv, as the text of a JSON object.
std::string results_of(const RunDirectory& run) {
  const auto records = read_csv<Record>(run.metrics());
  Json results = Json::object();
  if (records.empty()) return results.dump();
  const auto& last = records.back();
  results["iteration"] = last.iteration;
  results["train_error"] = last.train.error;
  if (last.validation) results["validation_error"] = last.validation->error;
  if (last.test) results["test_error"] = last.test->error;
  return results.dump();
}

/// Describes the input of a run's network. Measures the normalisation again on the run's data.
NetworkInput measured_input(const StoredRun& stored) {
  const auto data = load(stored.data);
  return {data.height, data.width, make_transform(data, stored.data).normalization(), data.classes};
}

LoadedModel from_run(const ModelSource& source) {
  auto stored = read_stored_run(source.model);
  const auto weights = read_weights(stored.directory.weights());
  LoadedModel model{name(stored.network),
                    make_network(stored.network, 0, stored.recipe.batch_norm),
                    {},
                    weights.metadata,
                    {}};
  load_weights(*model.network, weights);
  if (const auto input = read_input(weights.metadata, weights.where)) {
    model.input = *input;
  } else {
    if (!source.data.empty()) stored.data = parse_data(source.data, "--data");
    model.input = measured_input(stored);
  }
  model.metadata["results"] = results_of(stored.directory);
  return model;
}

/// The network of a weights file.
struct ChosenNetwork {
  NetworkSpec spec;
  std::vector<std::string> given;  // settings that need not be assumed
  std::vector<std::string> notes;
};

ChosenNetwork choose_network(const ModelSource& source, const WeightsFile& weights) {
  const auto stored_name = weights.metadata.find("network");
  if (source.weights.empty()) {
    if (stored_name == weights.metadata.end())
      throw InvalidInput(weights.where +
                         ": does not name its network; expected NETWORK --weights FILE");
    return {parse_network(stored_name->second), {"padding", "stride_in"}, {}};
  }
  ChosenNetwork chosen{parse_network(source.model), settings_given(source.model), {}};
  if (stored_name == weights.metadata.end()) return chosen;
  // Nothing is assumed if the weights name the network that the user names.
  if (name(chosen.spec) == stored_name->second)
    chosen.given.insert(chosen.given.end(), {"padding", "stride_in"});
  else
    chosen.notes.push_back(weights.where + ": was written for " + printable(stored_name->second));
  return chosen;
}

/// Makes the network with the number of classes of the weights, unless the user gave the number.
std::shared_ptr<Network> network_for(const ChosenNetwork& chosen, const WeightsFile& weights) {
  auto network = make_network(chosen.spec, 0);
  const bool classes_given = std::ranges::find(chosen.given, "classes") != chosen.given.end();
  const auto classes = class_count(*network, weights);
  if (classes_given || !classes || *classes == chosen.spec.classes) return network;
  auto spec = chosen.spec;
  spec.classes = *classes;
  return make_network(spec, 0);
}

void add_input(LoadedModel& model, const ModelSource& source, const WeightsFile& weights) {
  const auto family = model.network->spec().family;
  auto input = read_input(weights.metadata, weights.where);
  if (!input) {
    const auto size = static_cast<int>(default_image_size(family));
    input = NetworkInput{size, size, {}, {}};
    Normalize assumed;
    assumed.kind = Normalize::Kind::imagenet;
    input->normalization = normalization(assumed, "");
    if (source.normalize.empty())
      model.notes.emplace_back(
          "assumed: normalize=imagenet (ImageNet's mean and std; else --normalize VALUE)");
  }
  if (!source.normalize.empty())
    input->normalization = normalization(parse_normalize(source.normalize), source.data);
  model.input = std::move(*input);
}

LoadedModel from_weights(const ModelSource& source) {
  const std::filesystem::path path = source.weights.empty() ? source.model : source.weights;
  const auto weights =
      read_weights(std::filesystem::is_directory(path) ? RunDirectory(path).weights() : path);
  const auto chosen = choose_network(source, weights);
  LoadedModel model{"", network_for(chosen, weights), {}, weights.metadata, {}};
  model.name = name(model.network->spec());
  model.metadata["network"] = model.name;
  model.notes = chosen.notes;
  for (auto& line : load_weights(*model.network, weights)) model.notes.push_back(std::move(line));
  for (auto& line : assumptions(chosen.spec, chosen.given)) model.notes.push_back(std::move(line));
  add_input(model, source, weights);
  return model;
}

}  // namespace

bool is_run(const ModelSource& source) {
  if (!std::filesystem::is_directory(source.model)) return false;
  std::vector<std::string> lines;
  if (!source.weights.empty())
    lines.push_back("--weights: '" + source.model +
                    "' is a run with weights of its own; expected NETWORK --weights FILE");
  if (!source.normalize.empty())
    lines.push_back("--normalize: the run '" + source.model + "' has a normalisation of its own");
  if (!lines.empty()) throw InvalidInput(lines);
  return true;
}

LoadedModel load_model(const ModelSource& source) {
  const bool run = is_run(source);
  if (!run && source.weights.empty() && !std::filesystem::exists(source.model))
    throw InvalidInput("'" + source.model +
                       "': neither a run's directory nor a file; expected one, or NETWORK "
                       "--weights FILE");
  auto model = run ? from_run(source) : from_weights(source);
  model.network->eval();
  return model;
}

DataOptions parse_data(const std::string& text, const std::string& where) {
  DataOptions options;
  const auto colon = text.find(':');
  const auto& kind = data_settings().list().front();
  const auto word = text.substr(0, colon);
  if (std::ranges::find(kind.choices, word) == kind.choices.end())
    throw InvalidInput(where + ": unknown data set '" + word + "'" +
                       suggestion(word, kind.choices));
  data_settings().set(kind, options, word);
  if (colon == std::string::npos) return options;
  auto* root = data_root(options);
  if (root == nullptr)
    throw InvalidInput(where + ": '" + word + "' needs no folder; expected " + word + " alone");
  *root = text.substr(colon + 1);
  return options;
}

}  // namespace reslab::app
