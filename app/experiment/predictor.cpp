#include "app/experiment/predictor.h"

#include <filesystem>

#include <torch/torch.h>

#include "app/experiment/model_export.h"
#include "reslab/error.h"
#include "reslab/file.h"
#include "reslab/interchange/torchscript.h"
#include "reslab/interchange/weights_file.h"
#include "reslab/model/memory_format.h"

namespace reslab::app {
namespace {

bool is_torchscript(const std::string& path) {
  return std::filesystem::is_regular_file(path) &&
         model_format(read_file(path), path) == ModelFormat::torchscript;
}

at::Tensor softmax(const at::Tensor& logits) { return logits.to(at::kFloat).softmax(1).cpu(); }

Predictor from_torchscript(const ModelSource& source, at::Device device) {
  for (const auto& [option, value] : {std::pair("--weights", source.weights),
                                      {"--normalize", source.normalize},
                                      {"--data", source.data}})
    if (!value.empty())
      throw InvalidInput(std::string(option) + ": has no effect on '" + source.model +
                         "', which says itself what it takes");
  auto file =
      load_torchscript(source.model, {"height", "width", "mean", "std", "classes", kRawInput});
  auto input = read_input(file.metadata, source.model);
  if (!input)
    throw InvalidInput(source.model +
                       ": does not say what images it takes; expected a file that `reslab export` "
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
                       " channels, expected a network of 3");
  prepare(*model.network, device);
  return {std::move(model.input),
          [network = model.network, device](const at::Tensor& images) {
            return softmax(network->forward(images.to(device)));
          },
          std::move(model.notes)};
}

}  // namespace

Predictor load_predictor(const ModelSource& source, at::Device device) {
  return is_torchscript(source.model) ? from_torchscript(source, device)
                                      : from_model(source, device);
}

}  // namespace reslab::app
