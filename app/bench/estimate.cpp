#include "app/bench/estimate.h"

#include <cmath>

namespace reslab::app {
namespace {

std::int64_t evaluation_count(const Recipe& recipe) {
  const bool ends_with_one = recipe.iterations % recipe.evaluate_every == 0;
  return recipe.iterations / recipe.evaluate_every + (ends_with_one ? 0 : 1);
}

/// Number of images that all evaluations compute. Each crop of a test image counts as one image.
double evaluated_images(const RunPlan& plan, const DataOutline& outline) {
  const auto& data = plan.data;
  const auto validation = outline.has_validation ? outline.validation_images : data.validation;
  return static_cast<double>(evaluation_count(plan.recipe) * (outline.test_images + validation) *
                             data.test_crops);
}

/// Number of forward passes of single images in all training steps. A backward pass counts as two.
double passes_of_training(const Recipe& recipe) {
  return kPassesOfAStep * static_cast<double>(recipe.iterations * recipe.batch);
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

NetworkSpec measured_network() {
  constexpr std::int64_t kDepth = 14;
  return default_network(Connection::residual, kDepth);
}

double training_memory(const RunPlan& plan, const DataOutline& outline) {
  const auto counts = count_network(plan.network, outline.height);
  // PartSum keeps a sum of gradients for each level of the binary tree over the parts.
  const auto copies = kCopiesOfWeights + std::log2(static_cast<double>(plan.recipe.parts));
  const std::int64_t outputs = counts.outputs * plan.recipe.batch / plan.recipe.parts;
  const auto floats =
      static_cast<double>(outputs) + copies * static_cast<double>(counts.parameters);
  return kMemoryOfProgram + image_memory(plan.data, outline) + sizeof(float) * floats;
}

double run_macs(const RunPlan& plan, const DataOutline& outline) {
  const auto images = passes_of_training(plan.recipe) + evaluated_images(plan, outline);
  return static_cast<double>(count_network(plan.network, outline.height).macs) * images;
}

std::vector<RunCost> estimate(const Experiment& experiment, const KnownRate& known) {
  std::optional<DataOutline> outline;
  const DataSourceOptions* outlined = nullptr;
  std::vector<RunCost> costs;
  for (const auto& plan : experiment.runs) {
    if (outlined == nullptr || *outlined != plan.data.source) {
      outline = make_source(plan.data)->outline();
      outlined = &plan.data.source;
    }
    const auto size = outline ? outline->height : default_image_size(plan.network);
    check_memory(plan.network);
    RunCost cost;
    cost.network = count_network(plan.network, size);
    if (outline) cost.evaluated_images = evaluated_images(plan, *outline);
    if (const auto rate = known(plan, cost.network.macs)) {
      const auto macs = static_cast<double>(cost.network.macs);
      cost.training = macs * passes_of_training(plan.recipe) / rate->training;
      cost.evaluations = macs * cost.evaluated_images / rate->evaluation;
    }
    costs.push_back(cost);
  }
  return costs;
}

}  // namespace reslab::app
