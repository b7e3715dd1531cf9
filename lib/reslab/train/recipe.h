#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reslab/base/setting.h"
#include "reslab/data/sampler.h"
#include "reslab/execution/options.h"
#include "reslab/model/batch_norm_options.h"
#include "reslab/train/optimizer_options.h"
#include "reslab/train/schedule.h"

namespace reslab {

/// A lower rate at first (Deep Residual Learning, section 4.2, for 110 layers and more).
struct Warmup {
  double rate = 0.01;
  double until_train_error = 80;  // percent, over the images of one record

  bool operator==(const Warmup&) const = default;
};

enum class ScheduleUnit { iterations, epochs };

struct LearningRate {
  Schedule schedule;
  ScheduleUnit unit = ScheduleUnit::iterations;
  std::optional<Warmup> warmup;
  std::optional<LinearWarmup> linear_warmup;

  bool operator==(const LearningRate&) const = default;
};

/// An exponential moving average of the weights (train/weight_average.h).
struct AverageOptions {
  double decay = 0.999;

  bool operator==(const AverageOptions&) const = default;
};

/// How a network is trained. The defaults are the paper's for CIFAR-10.
struct Recipe {
  // A file of weights, or a run's directory, to start from; empty: random weights.
  std::string init;
  std::int64_t iterations = 64000;
  double epochs = 0;         // above 0: passes over the training images in place of iterations
  std::int64_t batch = 128;  // images per iteration
  // A batch goes through the network in this many equal parts. BatchNorm sees one part, as on each
  // of the paper's two GPUs. The gradients are summed. A power of two that divides `batch`.
  std::int64_t parts = 1;
  Precision precision = Precision::float32;
  Kernels kernels = Kernels::fused;
  OptimizerOptions optimizer;
  LearningRate learning_rate;
  double label_smoothing = 0;
  double mixup_alpha = 0;     // images are mixed with weights from Beta(alpha, alpha); 0: not mixed
  double clip_grad_norm = 0;  // largest norm of all gradients together; 0: no limit
  Sampler sampler = Sampler::shuffle;
  std::optional<AverageOptions> ema;
  BatchNormOptions batch_norm;
  std::int64_t record_every = 0;    // iterations; 0: depends on the length, see resolved()
  std::int64_t evaluate_every = 0;  // iterations; 0: depends on the length

  bool operator==(const Recipe&) const = default;
};

const Settings<Recipe>& recipe_settings();

/// Returns the recipe with the values that depend on others filled in. `epochs` is converted to
/// iterations, rounded up, and set to 0. A `record_every` of 0 becomes a fiftieth of the
/// iterations, from 1 to 100. An `evaluate_every` of 0 becomes a fifth, from 1 to 1,000. Throws
/// InvalidInput if there are too many epochs.
Recipe resolved(Recipe recipe, std::int64_t train_images);

/// Whether a training with a resolved() recipe makes a record after an iteration.
bool record_due(const Recipe& recipe, std::int64_t iteration);

/// Number of records that it makes up to an iteration.
std::int64_t records_until(const Recipe& recipe, std::int64_t iteration);

}  // namespace reslab
