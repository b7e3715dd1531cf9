#include "app/command/step_timer.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "reslab/data/options.h"
#include "reslab/random.h"
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

}  // namespace

std::vector<double> time_steps(const StepTiming& timing) {
  const auto data = random_images(8 * timing.batch, timing.image_size, timing.network.classes);
  DataOptions options;
  options.augment = {4, true};
  const auto transform = make_transform(data, options);
  Recipe recipe;
  recipe.batch = timing.batch;
  recipe.precision = timing.precision;
  // No record and no evaluation falls due.
  recipe.iterations = recipe.record_every = recipe.evaluate_every = std::int64_t{1} << 30;

  Trainer trainer(make_network(timing.network, 1), data, transform, recipe, 1, timing.device);
  for (std::int64_t i = 0; i < timing.warmup; ++i) trainer.advance();
  std::vector<double> seconds;
  for (std::int64_t i = 0; i < timing.steps; ++i) {
    const auto start = std::chrono::steady_clock::now();
    trainer.advance();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return seconds;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace reslab::app
