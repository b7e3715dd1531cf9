#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/base/share.h"
#include "reslab/data/batches.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/model/observer.h"
#include "reslab/ranks/rank_group.h"
#include "reslab/train/gradient_exchange.h"
#include "reslab/train/optimizer.h"
#include "reslab/train/part_sum.h"
#include "reslab/train/recipe.h"
#include "reslab/train/weight_average.h"

namespace reslab {

/// Called between the backward passes and the optimizer, with the gradient of every parameter in
/// the order of `Network::parameters()`. It may change their values.
using GradientHook = std::function<void(const std::vector<at::Tensor>& gradients)>;

/// One training step of one network: forward, backward, optimizer, average of the weights.
///
/// The images of a batch go through the network in the recipe's `parts`, one part at a time.
/// Gradients, losses and BatchNorm's running statistics of the parts are added pairwise in a binary
/// tree. With a group, each rank computes neighbouring parts, so that the results do not depend on
/// the number of ranks.
///
/// A step can be captured as a GPU graph: inputs, gradients and results are tensors whose memory
/// stays the same, and `run` never waits for the device. Networks with stochastic depth are the
/// exception: they compute something else in every step. With an average of the weights, the first
/// step differs.
class TrainingStep {
 public:
  /// Moves the network to the device, its weights to channels_last. Copies the recipe, whose
  /// iterations, precision and schedule it does not use. The number of ranks must divide the
  /// `parts`.
  TrainingStep(std::shared_ptr<Network> network, const Recipe& recipe, const Execution& execution,
               RankGroup* group = nullptr);
  TrainingStep(const TrainingStep&) = delete;
  TrainingStep& operator=(const TrainingStep&) = delete;

  /// The images of a batch that this rank computes.
  Share share() const;

  /// Copies the inputs of the next steps to the device. `batch`: the images of `share()`. All
  /// batches have the sizes of the first one. `mixup_weight`: weight of an image in its mixture
  /// with the one before it in the part, which has the rest; used if the recipe has a
  /// `mixup_alpha`.
  void load(const Batch& batch, double learning_rate, double mixup_weight = 1);

  /// Makes the random numbers that the next step draws inside the network (dropout, stochastic
  /// depth) a function of seed, iteration and part. Without it they continue those of LibTorch's
  /// generator.
  void draw_by(std::uint64_t seed, std::int64_t iteration) { draws_ = Draws{seed, iteration}; }

  /// Changes the network by one step. Returns, as float64 tensor on the device, the sum of the
  /// losses of this rank's images and the number of those that are classified wrongly. A mixed
  /// image has the class of the image with the larger weight. The next call overwrites this tensor.
  /// `observer`: sees the forward pass of the batch's first part, on rank 0. Throws RankLost.
  const at::Tensor& run(const GradientHook& hook = {}, Observer* observer = nullptr);

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
  struct Draws {
    std::uint64_t seed = 0;
    std::int64_t iteration = 0;
  };

  bool mixes() const { return recipe_.mixup_alpha > 0; }
  std::int64_t images_in_part() const { return recipe_.batch / recipe_.parts; }
  void compute_part(std::int64_t part, Observer* observer);
  void add_gradients(const at::Tensor& images, const at::Tensor& labels);
  void add_gradient(std::size_t parameter);
  void add_statistics(std::int64_t part);
  void finish_sums();

  std::shared_ptr<Network> network_;
  Recipe recipe_;
  Execution execution_;
  RankGroup* group_;
  Share parts_;  // of this rank
  Optimizer optimizer_;
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> statistics_;         // BatchNorm's running statistics
  std::vector<at::Tensor> statistics_before_;  // the step
  PartSum part_sum_;
  std::int64_t part_ = 0;    // that is computed, from 0 for this rank's first
  std::vector<bool> added_;  // the gradients of that part, by parameter
  std::optional<Draws> draws_;
  std::optional<WeightAverage> average_;
  at::Tensor images_;  // of the batch, undefined before the first load
  at::Tensor labels_;
  at::Tensor learning_rate_;  // float64, no dimensions
  at::Tensor mixup_weight_;   // float32, no dimensions
  at::Tensor sums_;           // float64: losses, wrong images
  Seconds seconds_;
  at::Tensor exchanged_;                      // memory for the statistics
  std::optional<GradientExchange> exchange_;  // the last member, because its callback uses others
};

}  // namespace reslab
