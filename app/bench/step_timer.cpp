#include "app/bench/step_timer.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>

#include "app/bench/convolution_steps.h"
#include "app/bench/jpeg_files.h"
#include "app/bench/step_trace.h"
#include "app/inference/predictions.h"
#include "reslab/base/random.h"
#include "reslab/data/batches.h"
#include "reslab/data/options.h"
#include "reslab/execution/execution.h"
#include "reslab/train/evaluation.h"
#include "reslab/train/trainer.h"

namespace reslab::app {
namespace {

/// Random images, enough that the memory's caches do not hold them all.
DataSet random_images(std::int64_t count, std::int64_t size, std::int64_t classes) {
  Random random({1});
  const auto bytes = static_cast<std::size_t>(count * size * size * 3);
  std::vector<std::uint8_t> pixels(bytes);
  for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random.next());
  std::vector<std::int64_t> labels(static_cast<std::size_t>(count));
  for (auto& label : labels) label = random.below(classes);
  DataSet data;
  data.height = data.width = static_cast<int>(size);
  data.train =
      std::make_shared<MemoryImages>(data.height, data.width, std::move(pixels), std::move(labels));
  data.test = data.train;
  return data;
}

/// Calls step() for the warm-up and the counted steps.
std::vector<double> timed(const StepTiming& timing, const std::function<void()>& step) {
  for (std::int64_t i = 0; i < timing.warmup; ++i) step();
  std::vector<double> seconds;
  const auto measure = [&] {
    for (std::int64_t i = 0; i < timing.steps; ++i) {
      const auto start = std::chrono::steady_clock::now();
      step();
      seconds.push_back(
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
  };
  if (timing.trace.empty())
    measure();
  else
    trace(timing.trace, timing.device, measure);
  return seconds;
}

std::vector<double> time_training(const StepTiming& timing) {
  const auto data = random_images(8 * timing.batch, timing.image_size, timing.network.classes);
  DataOptions options;
  options.augment = {4, true};
  const auto transform = make_transform(data, options);
  Recipe recipe;
  recipe.batch = timing.batch;
  recipe.precision = timing.precision;
  recipe.kernels = timing.kernels;
  // No record and no evaluation falls due.
  recipe.iterations = recipe.record_every = recipe.evaluate_every = std::int64_t{1} << 30;
  Trainer trainer(make_network(timing.network, 1), data, transform, recipe, 1, timing.device);
  return timed(timing, [&trainer] { trainer.advance(); });
}

std::vector<double> time_evaluation(const StepTiming& timing) {
  const auto data = random_images(timing.batch, timing.image_size, timing.network.classes);
  const auto transform = make_transform(data, {});
  const auto network = make_network(timing.network, 1);
  move_to_device(*network, timing.device);
  const Execution execution{timing.precision, timing.kernels, timing.device};
  return timed(timing, [&] { evaluate(*network, *data.test, transform, execution); });
}

std::vector<double> time_predictions(const StepTiming& timing, const JpegFiles& files) {
  const auto size = static_cast<int>(timing.image_size);
  const auto predictor =
      make_predictor(make_network(timing.network, 1),
                     {size, size, {{0.5F, 0.5F, 0.5F}, {0.25F, 0.25F, 0.25F}}, {}},
                     {timing.precision, timing.kernels, timing.device});
  // More images than are predicted, so that there are some to decode during every step.
  constexpr std::int64_t kStepsAhead = 3;
  const auto paths = files.paths((timing.warmup + timing.steps + kStepsAhead) * timing.batch);
  constexpr std::int64_t kTop = 5;
  Predictions predictions(predictor, paths, size, kTop, timing.batch);
  return timed(timing, [&predictions] { predictions.next(); });
}

std::vector<double> time_batches(const StepTiming& timing, const JpegFiles& files) {
  const auto images = files.images();
  const auto size = static_cast<int>(timing.image_size);
  const Transform transform(size, size, {{0.5F, 0.5F, 0.5F}, {0.25F, 0.25F, 0.25F}}, {0, true});
  TrainingBatches batches(images, transform, 1, timing.batch, 0);
  return timed(timing, [&batches] { batches.next(); });
}

}  // namespace

bool has_network(Work work) { return work != Work::input && work != Work::decoder; }

std::vector<double> time_steps(const StepTiming& timing) {
  switch (timing.work) {
    case Work::training:
      break;
    case Work::evaluation:
      return time_evaluation(timing);
    case Work::convolutions: {
      ConvolutionSteps convolutions(timing);
      return timed(timing, [&convolutions] { convolutions.run(); });
    }
    case Work::predict: {
      const JpegFiles files;
      return time_predictions(timing, files);
    }
    case Work::input: {
      const JpegFiles files;
      return time_batches(timing, files);
    }
    case Work::decoder: {
      const JpegFiles files;
      return timed(timing, [&] { files.decode(timing.batch); });
    }
  }
  return time_training(timing);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace reslab::app
