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

/// A trained network of any kind, for images of any origin.
struct Predictor {
  NetworkInput input;  // of a model that takes raw images, a normalisation that gives 0 … 255
  /// Images (N, 3, height, width), normalised, to probabilities (N, classes), on the CPU.
  std::function<at::Tensor(const at::Tensor&)> probabilities;
  std::vector<std::string> notes;  // for people: what was assumed
};

/// Loads a TorchScript file that `reslab export` wrote, or whatever `load_model` takes. Throws
/// InvalidInput.
Predictor load_predictor(const ModelSource& source, at::Device device);

/// Predicts with a network of ours, which is moved to the device.
Predictor make_predictor(const std::shared_ptr<Network>& network, NetworkInput input,
                         const Execution& execution);

}  // namespace reslab::app
