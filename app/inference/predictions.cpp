#include "app/inference/predictions.h"

#include <algorithm>

#include <torch/torch.h>

namespace reslab::app {
namespace {

std::vector<PredictedClass> top_classes(const at::Tensor& probabilities,
                                        const std::vector<std::string>& names, std::int64_t top) {
  const auto [values, labels] = probabilities.topk(std::min(top, probabilities.size(0)));
  std::vector<PredictedClass> classes;
  for (std::int64_t i = 0; i < labels.size(0); ++i) {
    const auto label = labels[i].item<std::int64_t>();
    const bool named = label < std::ssize(names);
    classes.push_back({label,
                       named ? names[static_cast<std::size_t>(label)] : std::to_string(label),
                       values[i].item<double>()});
  }
  return classes;
}

}  // namespace

Predictions::Predictions(const Predictor& predictor, const std::vector<std::string>& paths,
                         int short_side, std::int64_t top, std::int64_t batch)
    : predictor_(predictor),
      images_(paths, short_side, predictor.input.height, predictor.input.width),
      transform_(predictor.input.height, predictor.input.width, predictor.input.normalization, {}),
      top_(top),
      batches_(images_, transform_, batch) {}

std::vector<Prediction> Predictions::next() {
  const torch::NoGradGuard no_grad;
  std::vector<Prediction> predictions;
  const auto batch = batches_.next();
  if (!batch) return predictions;
  const auto probabilities = predictor_.probabilities(batch->images);
  for (std::int64_t i = 0; i < probabilities.size(0); ++i, ++index_) {
    Prediction prediction{images_.path(index_), {}, images_.error(index_)};
    if (prediction.error.empty())
      prediction.classes = top_classes(probabilities[i], predictor_.input.classes, top_);
    predictions.push_back(std::move(prediction));
  }
  return predictions;
}

}  // namespace reslab::app
