#include "app/bench/estimate.h"

#include <map>
#include <string>

#include "app/bench/step_timer.h"
#include "reslab/base/median.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

std::int64_t evaluation_count(const Recipe& recipe) {
  const bool ends_with_one = recipe.iterations % recipe.evaluate_every == 0;
  return recipe.iterations / recipe.evaluate_every + (ends_with_one ? 0 : 1);
}

/// Number of images that one evaluation computes. Each crop of a test image counts as one image.
std::int64_t images_per_evaluation(const DataOptions& data, const DataOutline& outline) {
  const auto validation = outline.has_validation ? outline.validation_images : data.validation;
  return (outline.test_images + validation) * data.test_crops;
}

constexpr double kMebibyte = 1 << 20;
constexpr double kMemoryOfProgram = 250 * kMebibyte;  // without images and networks
constexpr double kCopiesOfWeights = 4;                // weights, gradients, momentum, average

/// Memory that the images of a data set take, in bytes.
double image_memory(const DataOptions& data, const DataOutline& outline) {
  if (const auto* folder = std::get_if<FolderOptions>(&data.source))
    return static_cast<double>(folder->cache) * kMebibyte;
  return static_cast<double>(
      (outline.train_images + outline.validation_images + outline.test_images) * outline.channels *
      outline.height * outline.width);
}

}  // namespace

ComputeRate measure_rate(Precision precision, Kernels kernels, at::Device device) {
  StepTiming timing;
  timing.network = parse_network(kMeasuredNetwork);
  timing.recipe.precision = precision;
  timing.recipe.kernels = kernels;
  timing.recipe.batch = 128;
  timing.image_size = default_image_size(timing.network);
  timing.warmup = 2;
  timing.steps = 5;
  timing.device = device;
  const auto macs = summarize(*make_network(timing.network, 1), timing.image_size).macs;
  const auto macs_of_batch = static_cast<double>(macs * timing.recipe.batch);
  ComputeRate rate;
  rate.training = kPassesOfAStep * macs_of_batch / median(time_steps(timing));
  timing.work = Work::evaluation;
  rate.evaluation = macs_of_batch / median(time_steps(timing));
  return rate;
}

double training_memory(const RunPlan& plan, const DataOutline& outline) {
  const auto summary = summarize(*make_network(plan.network, 1), outline.height);
  double results = 0;  // elements per image
  for (const auto& layer : summary.layers) {
    double elements = 1;
    for (const auto size : layer.output) elements *= static_cast<double>(size);
    results += elements;
  }
  const auto floats = results * static_cast<double>(plan.recipe.batch) +
                      kCopiesOfWeights * static_cast<double>(summary.parameters);
  return kMemoryOfProgram + image_memory(plan.data, outline) + sizeof(float) * floats;
}

std::vector<RunCost> estimate(const Experiment& experiment, const KnownRate& known) {
  std::optional<DataOutline> outline;
  const DataSourceOptions* outlined = nullptr;
  // Keyed by name and image size, so that the seeds of a network share one summary.
  std::map<std::pair<std::string, std::int64_t>, NetworkSummary> summaries;
  std::vector<RunCost> costs;
  for (const auto& plan : experiment.runs) {
    if (outlined == nullptr || *outlined != plan.data.source) {
      outline = make_source(plan.data)->outline();
      outlined = &plan.data.source;
    }
    const auto size = outline ? outline->height : default_image_size(plan.network);
    auto& summary = summaries[{name(plan.network), size}];
    if (summary.layers.empty()) summary = summarize(*make_network(plan.network, 1), size);
    const auto& recipe = plan.recipe;
    RunCost cost;
    cost.summary = summary;
    if (outline)
      cost.evaluated_images = static_cast<double>(evaluation_count(recipe) *
                                                  images_per_evaluation(plan.data, *outline));
    if (const auto rate = known(plan, summary.macs)) {
      const auto macs = static_cast<double>(summary.macs);
      const auto trained_images = static_cast<double>(recipe.iterations * recipe.batch);
      cost.training = kPassesOfAStep * macs * trained_images / rate->training;
      cost.evaluations = macs * cost.evaluated_images / rate->evaluation;
    }
    costs.push_back(std::move(cost));
  }
  return costs;
}

}  // namespace reslab::app
