#include "app/inference/predictor.h"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <sstream>
#include <string_view>

#include <torch/torch.h>

#include "app/inference/class_match.h"
#include "app/inference/trained_model.h"
#include "app/runs/pictures.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/interchange/torchscript.h"
#include "reslab/interchange/weights_file.h"
#include "reslab/interchange/zip_archive.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

bool begins_as_zip(const std::string& path) {
  std::array<char, 4> start{};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  return std::string_view(start.data(), start.size()) == "PK\3\4";
}

/// The content of a TorchScript file; empty for anything else.
std::optional<std::string> read_torchscript(const std::string& path) {
  if (!std::filesystem::is_regular_file(path) || !begins_as_zip(path)) return std::nullopt;
  auto content = read_text(path);
  const auto bytes = std::as_bytes(std::span(content));
  if (model_format(bytes, path) != ModelFormat::torchscript) return std::nullopt;
  ZipArchive(bytes, path).verify();  // torch::jit::load ignores checksums
  return content;
}

at::Tensor softmax(const at::Tensor& logits) { return logits.to(at::kFloat).softmax(1).cpu(); }

Predictor from_torchscript(const ModelSource& source, std::string content, at::Device device) {
  for (const auto& [option, value] : {std::pair("--weights", source.weights),
                                      {"--normalize", source.normalize},
                                      {"--data", source.data},
                                      {"--size", source.size == 0 ? "" : "given"}})
    if (!value.empty())
      throw InvalidInput(std::string(option) + ": has no effect on '" + source.model +
                         "', which contains its own weights and normalisation");
  std::istringstream stream(std::move(content));
  auto file = load_torchscript(stream, source.model,
                               {"height", "width", "short_side", "exif_orientation", "mean", "std",
                                "classes", "network", kRawInput});
  auto input = read_input(file.metadata, source.model);
  if (!input)
    throw InvalidInput(source.model +
                       ": has no metadata about its input; expected a file that `reslab export` "
                       "wrote");
  if (source.short_side != 0) input->short_side = source.short_side;
  if (file.metadata[kRawInput] == "true")
    input->normalization = {{0, 0, 0}, {1 / 255.0F, 1 / 255.0F, 1 / 255.0F}};
  const auto& network = file.metadata["network"];
  const auto channels = network.empty() ? 3 : parse_network(network).in_channels;
  file.module.to(device);
  return {*input,
          [module = file.module, device](const at::Tensor& images) mutable {
            return softmax(module.forward({images.to(device)}).toTensor());
          },
          {},
          static_cast<int>(channels),
          source.model};
}

Predictor from_model(const ModelSource& source, at::Device device) {
  auto model = load_model(source);
  const auto channels = model.network->spec().in_channels;
  if (channels != 1 && channels != 3)
    throw InvalidInput(model.name + " takes images of " + std::to_string(channels) +
                       " channels, expected a network for 3 channels, or 1 (grey)");
  auto predictor = make_predictor(model.network, std::move(model.input),
                                  {Precision::float32, Kernels::fused, device});
  predictor.notes = std::move(model.notes);
  predictor.channels = static_cast<int>(channels);
  return predictor;
}

std::vector<FolderImages::File> files_of(const std::vector<std::string>& paths) {
  std::vector<FolderImages::File> files;
  for (const auto& path : paths) files.push_back({path, 0});
  return files;
}

std::vector<PredictedClass> top_classes(const at::Tensor& probabilities,
                                        const std::vector<std::string>& names, std::int64_t top) {
  const auto [values, labels] = probabilities.topk(std::min(top, probabilities.size(0)));
  std::vector<PredictedClass> classes;
  for (std::int64_t i = 0; i < labels.size(0); ++i) {
    const auto label = labels[i].item<std::int64_t>();
    classes.push_back({label, class_name(names, label), values[i].item<double>()});
  }
  return classes;
}

}  // namespace

Predictor load_predictor(const ModelSource& source, at::Device device) {
  auto content = read_torchscript(source.model);
  return content ? from_torchscript(source, std::move(*content), device)
                 : from_model(source, device);
}

Predictor make_predictor(const std::shared_ptr<Network>& network, NetworkInput input,
                         const Execution& execution) {
  network->eval();
  move_to_device(*network, execution.device);
  return {std::move(input),
          [network, execution](const at::Tensor& images) {
            const ExecutionScope scope(execution);
            return softmax(network->forward(images.to(execution.device)));
          },
          {},
          3,
          name(network->spec())};
}

ReadableImages::ReadableImages(const std::vector<std::string>& paths,
                               const DecodingOptions& options, int height, int width)
    : files_(files_of(paths), options), height_(height), width_(width) {}

LazyImage ReadableImages::view(std::int64_t index, std::vector<std::uint8_t>& buffer) const {
  try {
    return files_.view(index, buffer);
  } catch (const std::exception& error) {  // InvalidInput and IoError, which name the file
    const std::lock_guard lock(mutex_);
    errors_[index] = error.what();
  }
  buffer.assign(static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_) * 3, 0);
  return {height_, width_, buffer.data()};
}

std::string ReadableImages::error(std::int64_t index) const {
  const std::lock_guard lock(mutex_);
  const auto found = errors_.find(index);
  return found == errors_.end() ? "" : found->second;
}

Predictions::Predictions(const Predictor& predictor, const std::vector<std::string>& paths,
                         std::int64_t top, std::int64_t batch)
    : predictor_(predictor),
      images_(paths,
              {.short_side = std::max(
                   {predictor.input.height, predictor.input.width, predictor.input.short_side}),
               .upright = predictor.input.exif_orientation,
               .grey = predictor.channels == 1},
              predictor.input.height, predictor.input.width),
      transform_(predictor.input.height, predictor.input.width, predictor.input.normalization, {},
                 1, predictor.channels),
      top_(top),
      batches_(images_, transform_, batch) {}

std::vector<Prediction> Predictions::next() {
  const torch::NoGradGuard no_grad;
  std::vector<Prediction> predictions;
  const auto batch = batches_.next();
  if (!batch) return predictions;
  const auto probabilities = predictor_.probabilities(batch->images);
  const auto& names = predictor_.input.classes;
  check_outputs(probabilities.size(1), names, predictor_.name);
  for (std::int64_t i = 0; i < probabilities.size(0); ++i, ++index_) {
    Prediction prediction{images_.path(index_), {}, images_.error(index_)};
    if (prediction.error.empty() && !probabilities[i].isfinite().all().item<bool>())
      prediction.error = prediction.path + ": the network's output is not a finite number";
    if (prediction.error.empty()) prediction.classes = top_classes(probabilities[i], names, top_);
    predictions.push_back(std::move(prediction));
  }
  return predictions;
}

}  // namespace reslab::app
