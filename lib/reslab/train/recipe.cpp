#include "reslab/train/recipe.h"

namespace reslab {
namespace {

Settings<Warmup> warmup_settings() {
  return {number("rate", "the rate at first", &Warmup::rate, 0, 1e3),
          number("until_train_error", "percent: a record below it ends the warm-up",
                 &Warmup::until_train_error, 0, 100)};
}

Settings<LearningRate> learning_rate_settings() {
  return kinds("schedule", &LearningRate::schedule)
      .add({choice("unit", "what the schedule counts in", &LearningRate::unit,
                   {{"iterations", ScheduleUnit::iterations}, {"epochs", ScheduleUnit::epochs}}),
            optional_group("warmup", "a lower rate until the network has begun to learn",
                           &LearningRate::warmup, warmup_settings())});
}

Settings<BatchNormOptions> batch_norm_settings() {
  return {number("momentum", "weight of the newest batch in the running averages",
                 &BatchNormOptions::momentum, 0, 1),
          number("eps", "added to the variance", &BatchNormOptions::eps, 1e-12, 1)};
}

}  // namespace

const Settings<Recipe>& recipe_settings() {
  static const Settings<Recipe> table = {
      text("init",
           "what to start from: a file of weights (safetensors, or Python's .pth) or a run's "
           "directory; empty: random weights. The last layer stays random where the classes differ",
           &Recipe::init),
      integer("iterations", "training steps", &Recipe::iterations, 1, 1e9),
      integer("batch", "images in a step", &Recipe::batch, 2, 65536),
      integer("micro_batch",
              "images that go through the network together, which is what BatchNorm sees; the "
              "gradients of a batch are summed; 0: the whole batch",
              &Recipe::micro_batch, 0, 65536),
      choice("precision",
             "of convolutions and activations; auto: bfloat16 on a GPU and on a processor that "
             "multiplies matrices of it, else float32",
             &Recipe::precision,
             {{"auto", Precision::automatic},
              {"float32", Precision::float32},
              {"bfloat16", Precision::bfloat16}}),
      choice("kernels",
             "what computes on a processor: 3x3 convolutions by Winograd's algorithm (in float32), "
             "fused with BatchNorm and ReLU; or LibTorch's operators one by one",
             &Recipe::kernels, {{"fused", Kernels::fused}, {"aten", Kernels::aten}}),
      group("optimizer",
            "how a gradient changes the weights: sgd, or muon, which is sgd but for "
            "convolutions, whose steps are orthogonal matrices",
            &Recipe::optimizer, OptimizerOptions::settings()),
      group("learning_rate", "the rate over the training", &Recipe::learning_rate,
            learning_rate_settings()),
      group("batch_norm", "BatchNorm's own settings", &Recipe::batch_norm, batch_norm_settings()),
      integer("record_every", "iterations from one row of metrics.csv to the next",
              &Recipe::record_every, 1, 1e9),
      integer("evaluate_every", "iterations from one evaluation to the next; also at the end",
              &Recipe::evaluate_every, 1, 1e9),
  };
  return table;
}

}  // namespace reslab
