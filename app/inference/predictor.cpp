#include "app/inference/predictor.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <sstream>
#include <string_view>

#include <torch/torch.h>

#include "app/inference/model_export.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/interchange/torchscript.h"
#include "reslab/interchange/weights_file.h"

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
  if (model_format(std::as_bytes(std::span(content)), path) != ModelFormat::torchscript)
    return std::nullopt;
  return content;
}

at::Tensor softmax(const at::Tensor& logits) { return logits.to(at::kFloat).softmax(1).cpu(); }

Predictor from_torchscript(const ModelSource& source, std::string content, at::Device device) {
  for (const auto& [option, value] : {std::pair("--weights", source.weights),
                                      {"--normalize", source.normalize},
                                      {"--data", source.data}})
    if (!value.empty())
      throw InvalidInput(std::string(option) + ": has no effect on '" + source.model +
                         "', which contains its own weights and normalisation");
  std::istringstream stream(std::move(content));
  auto file = load_torchscript(stream, source.model,
                               {"height", "width", "mean", "std", "classes", kRawInput});
  auto input = read_input(file.metadata, source.model);
  if (!input)
    throw InvalidInput(source.model +
                       ": has no metadata about its input; expected a file that `reslab export` "
                       "wrote");
  if (file.metadata[kRawInput] == "true")
    input->normalization = {{0, 0, 0}, {1 / 255.0F, 1 / 255.0F, 1 / 255.0F}};
  file.module.to(device);
  return {*input,
          [module = file.module, device](const at::Tensor& images) mutable {
            return softmax(module.forward({images.to(device)}).toTensor());
          },
          {}};
}

Predictor from_model(const ModelSource& source, at::Device device) {
  auto model = load_model(source);
  if (const auto channels = model.network->spec().in_channels; channels != 3)
    throw InvalidInput(model.name + " takes images of " + std::to_string(channels) +
                       " channels, expected a network for 3 channels");
  auto predictor = make_predictor(model.network, std::move(model.input),
                                  {Precision::float32, Kernels::fused, device});
  predictor.notes = std::move(model.notes);
  return predictor;
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
          {}};
}

}  // namespace reslab::app
