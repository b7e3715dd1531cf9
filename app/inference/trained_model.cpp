#include "app/inference/trained_model.h"

#include <algorithm>
#include <filesystem>

#include "app/config/metric.h"
#include "app/config/settings_reader.h"
#include "app/runs/csv.h"
#include "app/runs/directory_lock.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/export.h"
#include "reslab/interchange/load_weights.h"
#include "reslab/interchange/weights_match.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

Normalize parse_normalize(const std::string& text) {
  InputErrors found;
  const Places places = [](std::string_view) { return "--normalize"; };
  DataOptions data;
  read_settings(data_settings(), data, {{"normalize", json_or_text(text, "--normalize")}}, "",
                places, found);
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
  for (const auto* metric : {"train_error", "validation_error", "test_error"})
    if (const auto value = metric_value(last, metric)) results[metric] = *value;
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
  const auto weights =
      read_weights(weights_of(source.weights.empty() ? source.model : source.weights));
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

void export_model(const LoadedModel& model, ExportFormat format, const std::filesystem::path& path,
                  bool raw_input) {
  ExportOptions options;
  options.height = model.input.height;
  options.width = model.input.width;
  if (raw_input) options.raw_input = model.input.normalization;
  options.metadata = model.metadata;
  options.metadata.merge(input_metadata(model.input));
  options.metadata[kRawInput] = raw_input ? "true" : "false";
  options.metadata.erase("format");
  if (format == ExportFormat::safetensors)
    options.metadata["format"] = "pt";  // as Python's safetensors library writes it for PyTorch
  export_network(model.network, format, path, options);
}

void export_run(const RunDirectory& run, const std::vector<std::string>& formats) {
  for (const auto& entry : export_formats()) {
    const auto path = run.exported(entry.ending);
    const bool wanted = std::ranges::find(formats, entry.name) != formats.end();
    if (!wanted || std::filesystem::exists(path)) continue;
    const DirectoryLock lock(run.path());
    if (!lock.held()) return;  // another process exports the run
    export_model(load_model({run.path().string(), "", "", ""}), entry.format, path, false);
  }
}

}  // namespace reslab::app
