#include "app/bench/step_timer.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>

#include <torch/csrc/autograd/profiler_kineto.h>
#include <torch/torch.h>

#include "app/bench/jpeg_files.h"
#include "app/inference/predictor.h"
#include "reslab/base/error.h"
#include "reslab/base/random.h"
#include "reslab/data/batches.h"
#include "reslab/data/options.h"
#include "reslab/execution/execution.h"
#include "reslab/model/graph.h"
#include "reslab/model/network.h"
#include "reslab/train/evaluation.h"
#include "reslab/train/trainer.h"

namespace reslab::app {
namespace {

Execution execution_of(const StepTiming& timing) {
  const auto& recipe = timing.recipe;
  return {resolve(recipe.precision, timing.device), recipe.kernels, timing.device};
}

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

/// Runs `work` under LibTorch's profiler and writes its operators and, on a GPU, its kernels to a
/// file in Chrome's trace format. Throws IoError if the file cannot be written, InvalidInput if
/// this LibTorch was built without its tracing library, Kineto.
void run_traced(const std::string& file, at::Device device, const std::function<void()>& work) {
  namespace profiler = torch::autograd::profiler;
  using torch::profiler::impl::ActivityType;
  std::set<ActivityType> activities = {ActivityType::CPU};
  if (device.is_cuda()) activities.insert(ActivityType::CUDA);
  const torch::profiler::impl::ProfilerConfig config(torch::profiler::impl::ProfilerState::KINETO);
  ::setenv("KINETO_LOG_LEVEL", "99", 0);  // otherwise Kineto writes its progress to stderr
  std::filesystem::remove(file);
  profiler::prepareProfiler(config, activities);
  profiler::enableProfiler(config, activities);
  work();
  try {
    profiler::disableProfiler()->save(file);
  } catch (const c10::Error&) {
    throw InvalidInput("--trace: this LibTorch was built without Kineto, its tracing library");
  }
  if (!std::filesystem::exists(file)) throw IoError(file + ": cannot be written");
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
    run_traced(timing.trace, timing.device, measure);
  return seconds;
}

std::vector<double> time_training(const StepTiming& timing) {
  const auto data =
      random_images(8 * timing.recipe.batch, timing.image_size, timing.network.classes);
  DataOptions options;
  options.augment = {4, true};
  const auto transform = make_transform(data, options);
  auto recipe = timing.recipe;
  // No record and no evaluation falls due.
  recipe.iterations = recipe.record_every = recipe.evaluate_every = std::int64_t{1} << 30;
  Trainer trainer(make_network(timing.network, 1), data, transform, recipe, 1, timing.device);
  return timed(timing, [&trainer] { trainer.advance(); });
}

std::vector<double> time_evaluation(const StepTiming& timing) {
  const auto data = random_images(timing.recipe.batch, timing.image_size, timing.network.classes);
  const auto transform = make_transform(data, {});
  const auto network = make_network(timing.network, 1);
  move_to_device(*network, timing.device);
  return timed(timing, [&] { evaluate(*network, *data.test, transform, execution_of(timing)); });
}

/// A convolution of a network, with random tensors of its shapes, precision and layout.
struct Convolution {
  at::Tensor input, weight, gradient;  // of the output
  std::vector<std::int64_t> stride, padding, dilation;
  std::int64_t groups = 1;
};

/// The convolutions of the network, in forward order.
std::vector<Convolution> random_convolutions(const StepTiming& timing) {
  std::vector<Convolution> convolutions;
  const auto network = make_network(timing.network, 1);
  const auto traced = trace(
      *network, [&network](const at::Tensor& x) { return network->forward(x); },
      torch::zeros({1, timing.network.in_channels, timing.image_size, timing.image_size}));
  const auto weights = network->named_parameters();
  const auto precision = resolve(timing.recipe.precision, timing.device);
  const auto type = precision == Precision::bfloat16 ? at::kBFloat16 : at::kFloat;
  const auto random = [&](const std::vector<std::int64_t>& shape) {
    return torch::randn(shape).to(timing.device, type).contiguous(at::MemoryFormat::ChannelsLast);
  };
  const auto of_batch = [&](std::vector<std::int64_t> shape) {
    shape.front() = timing.recipe.batch;
    return random(shape);
  };
  const auto graph = traced.get_method("forward").graph();
  for (const auto* node : graph->nodes()) {
    const auto convolution = convolution_of(*node);
    if (!convolution) continue;
    convolutions.push_back({of_batch(shape_of(convolution->input)),
                            random(weights[attribute_path(convolution->weight)].sizes().vec()),
                            of_batch(shape_of(node->output())), convolution->stride,
                            convolution->padding, convolution->dilation, convolution->groups});
  }
  return convolutions;
}

/// Times LibTorch's forward and backward passes. The input of the first convolution has no
/// gradient.
std::vector<double> time_convolutions(const StepTiming& timing) {
  const torch::NoGradGuard no_grad;
  const auto convolutions = random_convolutions(timing);
  return timed(timing, [&convolutions] {
    for (const auto& c : convolutions)
      at::conv2d(c.input, c.weight, {}, c.stride, c.padding, c.dilation, c.groups);
    for (auto c = convolutions.rbegin(); c != convolutions.rend(); ++c) {
      const bool first = &*c == &convolutions.front();
      at::convolution_backward(c->gradient, c->input, c->weight, at::OptionalIntArrayRef(),
                               c->stride, c->padding, c->dilation, false, {0, 0}, c->groups,
                               {!first, true, false});
    }
  });
}

std::vector<double> time_predictions(const StepTiming& timing) {
  const JpegFiles files;
  const auto size = static_cast<int>(timing.image_size);
  const auto predictor = make_predictor(
      make_network(timing.network, 1),
      {size, size, {{0.5F, 0.5F, 0.5F}, {0.25F, 0.25F, 0.25F}}, {}}, execution_of(timing));
  // More images than are predicted, so that there are some to decode during every step.
  constexpr std::int64_t kStepsAhead = 3;
  const auto paths =
      files.paths((timing.warmup + timing.steps + kStepsAhead) * timing.recipe.batch);
  constexpr std::int64_t kTop = 5;
  Predictions predictions(predictor, paths, kTop, timing.recipe.batch);
  return timed(timing, [&predictions] { predictions.next(); });
}

std::vector<double> time_batches(const StepTiming& timing) {
  const JpegFiles files;
  const auto images = files.images();
  const auto size = static_cast<int>(timing.image_size);
  const Transform transform(size, size, {{0.5F, 0.5F, 0.5F}, {0.25F, 0.25F, 0.25F}}, {0, true});
  TrainingBatches batches(images, transform, 1, timing.recipe.batch, 0);
  return timed(timing, [&batches] { batches.next(); });
}

}  // namespace

std::vector<double> time_steps(const StepTiming& timing) {
  switch (timing.work) {
    case Work::training:
      break;
    case Work::evaluation:
      return time_evaluation(timing);
    case Work::convolutions:
      return time_convolutions(timing);
    case Work::predict:
      return time_predictions(timing);
    case Work::input:
      return time_batches(timing);
    case Work::decoder: {
      const JpegFiles files;
      return timed(timing, [&] { files.decode(timing.recipe.batch); });
    }
  }
  return time_training(timing);
}

}  // namespace reslab::app
