#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/data/batches.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/train/optimizer.h"
#include "reslab/train/recipe.h"
#include "reslab/train/weight_average.h"

namespace reslab {

/// Called between the backward passes and the optimizer, with the gradient of every parameter in
/// the order of `Network::parameters()`. It may change their values, for example sum them over
/// processes.
using GradientHook = std::function<void(const std::vector<at::Tensor>& gradients)>;

/// One training step of one network: forward, backward, optimizer, average of the weights. A step
/// can be captured as a GPU graph: inputs, gradients and results are tensors whose memory stays the
/// same, and `run` never waits for the device. Networks with stochastic depth are the exception:
/// they compute something else in every step. With an average of the weights, the first step
/// differs.
class TrainingStep {
 public:
  /// Moves the network to the device, its weights to channels_last. Copies the recipe, whose
  /// iterations, precision and schedule it does not use.
  TrainingStep(std::shared_ptr<Network> network, const Recipe& recipe, const Execution& execution);

  /// Copies the inputs of the next steps to the device. All batches have the sizes of the first
  /// one. `mixup_weight`: weight of an image in its mixture with the one before it in the batch,
  /// which has the rest; used if the recipe has a `mixup_alpha`.
  void load(const Batch& batch, double learning_rate, double mixup_weight = 1);

  /// Changes the network by one step. Returns, as float64 tensor on the device, the sum of the
  /// images' losses and the number of images that are classified wrongly. A mixed image has the
  /// class of the image with the larger weight. The next call overwrites this tensor.
  const at::Tensor& run(const GradientHook& hook = {});

  /// The sums that `run` returns; inside the hook, those of the step so far.
  const at::Tensor& sums() const { return sums_; }

  Network& network() { return *network_; }
  Optimizer& optimizer() { return optimizer_; }
  /// The average of the weights, or null if the recipe has none.
  WeightAverage* average() { return average_ ? &*average_ : nullptr; }
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
  bool mixes() const { return recipe_.mixup_alpha > 0; }
  void add_gradients(const at::Tensor& images, const at::Tensor& labels, const at::Tensor& others);

  std::shared_ptr<Network> network_;
  Recipe recipe_;
  Execution execution_;
  Optimizer optimizer_;
  std::optional<WeightAverage> average_;
  at::Tensor images_;  // of the batch, undefined before the first load
  at::Tensor labels_;
  at::Tensor learning_rate_;  // float64, no dimensions
  at::Tensor mixup_weight_;   // float32, no dimensions
  at::Tensor sums_;           // float64: losses, wrong images
  Seconds seconds_;
};

}  // namespace reslab
