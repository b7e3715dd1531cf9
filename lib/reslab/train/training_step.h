#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/data/batches.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/train/optimizer.h"

namespace reslab {

/// Called between the backward passes and the optimizer, with the gradient of every parameter in
/// the order of `Network::parameters()`. It may change their values, for example sum them over
/// processes.
using GradientHook = std::function<void(const std::vector<at::Tensor>& gradients)>;

/// One training step of one network: forward, backward, optimizer. A step can be captured as a GPU
/// graph: inputs, gradients and results are tensors whose memory stays the same, and `run` never
/// waits for the device. Networks with stochastic depth are the exception: they compute something
/// else in every step.
class TrainingStep {
 public:
  /// Moves the network to the device, its weights to channels_last. A batch has `batch` images.
  /// `micro_batch` of them go through the network together; 0 means all of them.
  TrainingStep(std::shared_ptr<Network> network, const OptimizerOptions& options,
               const Execution& execution, std::int64_t batch, std::int64_t micro_batch);

  /// Copies the inputs of the next steps to the device. All batches have the sizes of the first
  /// one.
  void load(const Batch& batch, double learning_rate);

  /// Changes the network by one step. Returns, as float64 tensor on the device, the sum of the
  /// images' losses and the number of images that are classified wrongly. The next call overwrites
  /// this tensor.
  const at::Tensor& run(const GradientHook& hook = {});

  Network& network() { return *network_; }
  Optimizer& optimizer() { return optimizer_; }
  const Execution& execution() const { return execution_; }

  /// Wall time of the parts of `run`. On a GPU this is the time to launch the kernels.
  struct Seconds {
    double forward = 0;
    double backward = 0;
    double optimizer = 0;
  };
  /// The time since the last call.
  Seconds take_seconds();

 private:
  void add_gradients(const at::Tensor& images, const at::Tensor& labels);

  std::shared_ptr<Network> network_;
  Execution execution_;
  Optimizer optimizer_;
  std::int64_t batch_;
  std::int64_t micro_batch_;
  at::Tensor images_;  // of the batch, undefined before the first load
  at::Tensor labels_;
  at::Tensor learning_rate_;  // float64, no dimensions
  at::Tensor sums_;           // float64: losses, wrong images
  Seconds seconds_;
};

}  // namespace reslab
