#include "reslab/train/recipe.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reslab/base/error.h"
#include "reslab/base/setting_rows.h"
#include "reslab/base/text.h"

namespace reslab {
namespace {

constexpr std::int64_t kMostIterations = 1'000'000'000;

Settings<Warmup> warmup_settings() {
  return {
      number("rate", "rate of the warm-up", &Warmup::rate, 0, 1e3),
      number("until_train_error", "training error in percent; a record below it ends the warm-up",
             &Warmup::until_train_error, 0, 100)};
}

Settings<LearningRate> learning_rate_settings() {
  return kinds("schedule", &LearningRate::schedule)
      .add({choice("unit", "unit of the schedule's positions", &LearningRate::unit,
                   {{"iterations", ScheduleUnit::iterations}, {"epochs", ScheduleUnit::epochs}}),
            optional_group("warmup", "a lower rate until the network has begun to learn",
                           &LearningRate::warmup, warmup_settings()),
            optional_group("linear_warmup",
                           "a factor of the rate that rises linearly to 1 at the beginning",
                           &LearningRate::linear_warmup, LinearWarmup::settings())
                .omit_default()});
}

Settings<AverageOptions> average_settings() {
  return {number("decay", "factor of the average in average = decay·average + (1 − decay)·weights",
                 &AverageOptions::decay, 0, 0.999999)};
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
           "initial weights: a safetensors file, a Python .pth file, or the directory of a run; "
           "empty: random weights. The last layer stays random if the classes differ",
           &Recipe::init),
      number("iterations", "training steps", &Recipe::iterations, 1, kMostIterations),
      number(
          "epochs",
          "passes over the training images, in place of iterations; a fraction of the last batch "
          "counts as one iteration",
          &Recipe::epochs, 0, 1e6)
          .omit_default(),
      number("batch", "images in a training step", &Recipe::batch, 2, 65536),
      number(
          "parts",
          "equal parts in which a batch goes through the network, a power of two; BatchNorm sees "
          "one part, gradients are summed; up to as many processes share the work",
          &Recipe::parts, 1, 32768),
      choice("precision",
             "precision of convolutions and activations; auto: bfloat16 on GPUs and on CPUs with "
             "AMX, else float32",
             &Recipe::precision,
             {{"auto", Precision::automatic},
              {"float32", Precision::float32},
              {"bfloat16", Precision::bfloat16}}),
      choice("kernels",
             "CPU kernels; fused: ResLab's 3x3 convolutions (Winograd in float32), fused with "
             "BatchNorm and ReLU; aten: LibTorch's operators",
             &Recipe::kernels, {{"fused", Kernels::fused}, {"aten", Kernels::aten}}),
      group("optimizer",
            "optimizer settings, or the optimizer's name alone; muon makes the steps of "
            "convolutions orthogonal and otherwise equals sgd",
            &Recipe::optimizer, OptimizerOptions::settings())
          .or_bare("name"),
      group("learning_rate",
            "learning rate over the training; a number alone is the same rate throughout",
            &Recipe::learning_rate, learning_rate_settings())
          .or_bare("start", Constant::kName),
      number("label_smoothing",
             "share of the label's weight in the loss that all classes get in equal parts",
             &Recipe::label_smoothing, 0, 1)
          .omit_default(),
      number("mixup_alpha",
             "each image is mixed with its neighbour in the batch by a weight from Beta(alpha, "
             "alpha); 0: not mixed",
             &Recipe::mixup_alpha, 0, 100)
          .omit_default(),
      number("clip_grad_norm",
             "largest Euclidean norm of all gradients together; larger ones are scaled down; 0: no "
             "limit",
             &Recipe::clip_grad_norm, 0, 1e9)
          .omit_default(),
      choice("sampler",
             "how an epoch draws the training images; shuffle: each once; class-balanced: every "
             "class equally often, so images of rare classes are repeated",
             &Recipe::sampler,
             {{"shuffle", Sampler::shuffle}, {"class-balanced", Sampler::class_balanced}})
          .omit_default(),
      optional_group("ema",
                     "an exponential moving average of the weights; it is what is evaluated and "
                     "saved",
                     &Recipe::ema, average_settings())
          .omit_default(),
      group("batch_norm", "BatchNorm settings", &Recipe::batch_norm, batch_norm_settings()),
      number("record_every",
             "iterations from one row of metrics.csv to the next; 0: a fiftieth of the iterations, "
             "at most 100",
             &Recipe::record_every, 0, 1e9),
      number("evaluate_every",
             "iterations from one evaluation to the next; the last iteration is always evaluated; "
             "0: a fifth of the iterations, at most 1000",
             &Recipe::evaluate_every, 0, 1e9),
  };
  return table;
}

Recipe resolved(Recipe recipe, std::int64_t train_images) {
  if (recipe.epochs > 0) {
    const auto images = recipe.epochs * static_cast<double>(train_images);
    const auto iterations = std::ceil(images / static_cast<double>(recipe.batch));
    if (iterations > kMostIterations)
      throw InvalidInput("epochs: more than " + grouped(kMostIterations) +
                         " iterations, expected fewer epochs");
    recipe.iterations = std::max<std::int64_t>(1, static_cast<std::int64_t>(iterations));
    recipe.epochs = 0;
  }
  if (recipe.record_every == 0)
    recipe.record_every = std::clamp<std::int64_t>(recipe.iterations / 50, 1, 100);
  if (recipe.evaluate_every == 0) {
    recipe.evaluate_every = std::clamp<std::int64_t>(recipe.iterations / 5, 1, 1000);
    // With a multiple of record_every, evaluations add no further records.
    if (recipe.evaluate_every > recipe.record_every)
      recipe.evaluate_every -= recipe.evaluate_every % recipe.record_every;
  }
  return recipe;
}

bool record_due(const Recipe& recipe, std::int64_t iteration) {
  return iteration % recipe.record_every == 0 || iteration % recipe.evaluate_every == 0 ||
         iteration == recipe.iterations;
}

std::int64_t records_until(const Recipe& recipe, std::int64_t iteration) {
  const auto record = recipe.record_every, evaluate = recipe.evaluate_every;
  const bool last_alone =
      iteration == recipe.iterations && iteration % record != 0 && iteration % evaluate != 0;
  return iteration / record + iteration / evaluate - iteration / std::lcm(record, evaluate) +
         (last_alone ? 1 : 0);
}

}  // namespace reslab
