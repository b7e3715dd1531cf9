#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "reslab/base/setting.h"
#include "reslab/execution/options.h"
#include "reslab/model/batch_norm_options.h"
#include "reslab/train/schedule.h"

namespace reslab {

/// Which parameters weight decay pulls on: all, as in the paper, or the weights of convolutions and
/// linear layers only.
enum class Decay { all, weights };

enum class OptimizerKind { sgd, muon };

/// How a gradient g changes the weights w at the rate r.
///
/// `sgd`: stochastic gradient descent with momentum as PyTorch defines it, v = m·v + (g + d·w) and
/// w -= r·v, or, by Nesterov, w -= r·(g + d·w + m·v).
///
/// `muon` (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon): a convolution's step is
/// made orthogonal (train/muon.h), w -= c·r·(orthogonal(v) + e·w) with v of g alone and Nesterov as
/// above, as PyTorch's Muon at the rate c·r with the weight decay e. All other parameters go by
/// `sgd`.
struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::sgd;
  double momentum = 0.9;  // m
  bool nesterov = false;
  double weight_decay = 1e-4;  // d
  Decay decay = Decay::all;
  double convolution_rate = 0.1;    // c
  double convolution_decay = 0.01;  // e
};

/// A lower rate at first (Deep Residual Learning, section 4.2, for 110 layers and more).
struct Warmup {
  bool present = false;
  double rate = 0.01;
  double until_train_error = 80;  // percent, over one record's images
};

enum class ScheduleUnit { iterations, epochs };

struct LearningRate {
  std::string kind;
  std::shared_ptr<Schedule> schedule;
  ScheduleUnit unit = ScheduleUnit::iterations;
  Warmup warmup;

  LearningRate();
  LearningRate(const LearningRate&) = delete;  // copies would share the schedule
  LearningRate& operator=(const LearningRate&) = delete;
  LearningRate(LearningRate&&) = default;
  LearningRate& operator=(LearningRate&&) = default;
};

/// How a network is trained; the defaults are the paper's for CIFAR-10.
struct Recipe {
  std::string init;  // a file of weights, or a run's directory, to start from; empty: random ones
  std::int64_t iterations = 64000;
  std::int64_t batch = 128;  // images per iteration
  // Images that go through the network together; gradients are summed over the batch's parts.
  // BatchNorm sees a part, as on the paper's two GPUs. 0: the whole batch.
  std::int64_t micro_batch = 0;
  Precision precision = Precision::float32;
  Kernels kernels = Kernels::fused;
  OptimizerOptions optimizer;
  LearningRate learning_rate;
  BatchNormOptions batch_norm;
  std::int64_t record_every = 100;     // iterations
  std::int64_t evaluate_every = 1000;  // iterations
};

/// The settings, bound to `recipe`.
Settings settings(Recipe& recipe);

}  // namespace reslab
