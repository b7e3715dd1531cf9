#include "app/inference/trained_model.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>

#include "app/config/metric.h"
#include "app/config/settings_reader.h"
#include "app/inference/chosen_network.h"
#include "app/runs/csv.h"
#include "app/runs/directory_lock.h"
#include "app/runs/messages.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/export.h"
#include "reslab/interchange/load_weights.h"
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

/// The text of a size, for messages: "32 × 32".
std::string size_text(int height, int width) { return fmt::format("{} × {}", height, width); }

/// The constants of a normalisation. If they are measured, makes `input` that of the data, on whose
/// training images they are measured.
Normalization normalization(const Normalize& normalize, NetworkInput& input,
                            const std::string& data, bool size_assumed) {
  const bool measured = normalize.kind == Normalize::Kind::per_pixel_mean ||
                        normalize.kind == Normalize::Kind::per_channel;
  if (!measured) return measure(normalize, MemoryImages(1, 1, {}, {}), 1, 1);
  if (data.empty())
    throw InvalidInput(
        "--normalize: this is measured on training images; expected --data DATASET[:DIR] too");
  const auto set = load_for(input, parse_data(data, "--data"), Splits::all, 3, size_assumed);
  return measure(normalize, *set.train, set.height, set.width);
}

/// Changes the input as the source says.
void change_input(NetworkInput& input, const ModelSource& source, bool size_assumed = false) {
  if (source.size != 0) {
    input.height = input.width = source.size;
    input.short_side = 0;
  }
  if (source.short_side != 0) input.short_side = source.short_side;
  if (const auto longest = std::max(input.height, input.width);
      input.short_side != 0 && input.short_side < longest)
    throw InvalidInput(fmt::format("--short-side: expected at least the size, {}, found {}",
                                   longest, input.short_side));
  if (!source.normalize.empty())
    input.normalization =
        normalization(parse_normalize(source.normalize), input, source.data, size_assumed);
  const auto means = input.normalization.mean.size();
  if (means != 3 && means != std::size_t{3} * static_cast<std::size_t>(input.height) *
                                 static_cast<std::size_t>(input.width))
    throw InvalidInput("--size: the network subtracts a mean image of another size than " +
                       size_text(input.height, input.width) + "; expected another --normalize too");
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

LoadedModel from_run(const ModelSource& source) {
  const auto stored = read_stored_run(source.model);
  const auto weights = read_weights(stored.directory.weights());
  LoadedModel model{name(stored.network),
                    make_network(stored.network, 0, stored.recipe.batch_norm),
                    input_of_run(weights, source),
                    weights.metadata,
                    {}};
  load_weights(*model.network, weights);
  model.metadata["results"] = results_of(stored.directory);
  return model;
}

/// Whether the images of the source's data have a size of their own.
bool has_sized_data(const ModelSource& source) {
  return !source.data.empty() &&
         !std::holds_alternative<FolderOptions>(parse_data(source.data, "--data").source);
}

void add_input(LoadedModel& model, const ModelSource& source, const WeightsFile& weights) {
  auto& input = model.input;
  if (const auto stored = read_input(weights.metadata, weights.where)) {
    input = *stored;
    return change_input(input, source);
  }
  FolderOptions assumed;
  assumed.size = source.size;
  assumed.set_default_size(default_image_size(model.network->spec()));
  model.size_assumed = source.size == 0;
  input.height = input.width = static_cast<int>(assumed.size);
  Normalize imagenet;
  imagenet.kind = Normalize::Kind::imagenet;
  input.normalization = normalization(imagenet, input, "", false);
  change_input(input, source, model.size_assumed);
  if (input.short_side == 0) input.short_side = static_cast<int>(assumed.short_side);
  if (!has_sized_data(source) && (model.size_assumed || source.short_side == 0))
    model.notes.push_back(fmt::format(
        "assumed: size={}, short_side={} (as such networks are trained; else --size and "
        "--short-side)",
        input.height, input.short_side));
  if (source.normalize.empty())
    model.notes.emplace_back(
        "assumed: normalize=imagenet (ImageNet's mean and std; else --normalize VALUE)");
}

LoadedModel from_weights(const ModelSource& source) {
  const auto [file, section] =
      split_section(source.weights.empty() ? source.model : source.weights);
  WantedWeights wanted;
  if (!source.weights.empty()) wanted = wanted_by(*make_network(parse_network(source.model), 0));
  const auto weights = read_weights(weights_of(file), section, wanted);
  auto chosen = choose_network(source, wanted.layer, weights);
  LoadedModel model{"", std::move(chosen.network), {}, weights.metadata, std::move(chosen.notes)};
  model.name = name(model.network->spec());
  model.metadata["network"] = model.name;
  for (auto& line : load_weights(*model.network, weights)) model.notes.push_back(std::move(line));
  add_input(model, source, weights);
  return model;
}

}  // namespace

bool is_run(const ModelSource& source) {
  if (!std::filesystem::is_directory(source.model)) return false;
  if (!source.weights.empty())
    throw InvalidInput("--weights: '" + source.model +
                       "' is a run with weights of its own; expected NETWORK --weights FILE");
  return true;
}

LoadedModel load_model(const ModelSource& source) {
  const bool run = is_run(source);
  if (!run && source.weights.empty() && !std::filesystem::exists(split_section(source.model).first))
    throw InvalidInput("'" + source.model +
                       "': neither a run's directory nor a file; expected one, or NETWORK "
                       "--weights FILE");
  auto model = run ? from_run(source) : from_weights(source);
  model.network->eval();
  return model;
}

NetworkInput input_of_run(const WeightsFile& weights, const ModelSource& source) {
  auto input = read_input(weights.metadata, weights.where);
  if (!input)
    throw InvalidInput(weights.where + ": its metadata do not say what the network's input is");
  change_input(*input, source);
  return *input;
}

void print_left_out(const std::vector<std::string>& lines) {
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < std::min(kMost, lines.size()); ++i)
    std::cerr << "left out: " << lines[i] << "\n";
  if (lines.size() > kMost)
    std::cerr << "left out: " << grouped(static_cast<std::int64_t>(lines.size() - kMost))
              << " more; `reslab check --images` names them all\n";
}

DataSet load_for(NetworkInput& input, DataOptions data, Splits splits, std::int64_t channels,
                 bool size_assumed) {
  if (auto* const folder = std::get_if<FolderOptions>(&data.source)) {
    folder->size = input.height;
    folder->short_side = input.short_side == 0 ? input.height : input.short_side;
    folder->exif_orientation = input.exif_orientation;
    if (channels == 1) folder->channels = 1;
  }
  const auto source = make_source(data);
  note("data: " + source->describe(splits));
  auto set = load(data, *source, splits);
  print_left_out(set.unreadable);
  if (set.channels != channels)
    throw InvalidInput(fmt::format("the network takes images of {}, the data have {}",
                                   counted(channels, "channel"), set.channels));
  if (size_assumed) {
    input.height = set.height;
    input.width = set.width;
  }
  if (input.height != set.height || input.width != set.width)
    throw InvalidInput(fmt::format(
        "the network takes images of {}, the data's are {}; expected "
        "--size {}",
        size_text(input.height, input.width), size_text(set.height, set.width), set.height));
  return set;
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
