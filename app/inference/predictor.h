#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "app/inference/model_source.h"
#include "reslab/execution/execution.h"
#include "reslab/interchange/network_input.h"

namespace reslab::app {

/// A trained network that classifies images: one of ours, or a TorchScript module.
struct Predictor {
  /// For a model that takes raw images, the normalisation maps bytes to 0 … 255.
  NetworkInput input;
  /// Maps normalised images (N, 3, height, width) to class probabilities (N, classes) on the CPU.
  std::function<at::Tensor(const at::Tensor&)> probabilities;
  std::vector<std::string> notes;  // assumptions to show to the user
};

/// Loads a TorchScript file that `reslab export` wrote, or any model that `load_model` accepts.
/// Throws InvalidInput.
Predictor load_predictor(const ModelSource& source, at::Device device);

/// A predictor that uses `network`, which is moved to the device.
Predictor make_predictor(const std::shared_ptr<Network>& network, NetworkInput input,
                         const Execution& execution);

}  // namespace reslab::app
