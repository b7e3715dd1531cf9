#include "reslab/train/evaluation.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/train/small_training.h"
#include "reslab/data/batches.h"

namespace reslab {
namespace {

TEST(Evaluation, IsTheMeanOverAllImages) {
  Training training;
  training.begin();
  auto& network = *training.network;
  const auto score =
      evaluate(network, *training.data.test, *training.transform, training.execution()).score;
  EXPECT_TRUE(network.is_training());

  network.eval();
  double loss = 0;
  int wrong = 0;
  for (std::int64_t i = 0; i < training.data.test->size(); ++i) {
    const auto batch = evaluation_batch(*training.data.test, *training.transform, i, 1);
    const auto logits = network.forward(batch.images.to(training.device)).cpu();
    loss += at::cross_entropy_loss(logits, batch.labels).item<double>();
    wrong += logits.argmax(1).item<std::int64_t>() != batch.labels.item<std::int64_t>() ? 1 : 0;
  }
  EXPECT_NEAR(score.loss, loss / 20, 1e-5);
  EXPECT_DOUBLE_EQ(score.error, 100.0 * wrong / 20);
}

TEST(Evaluation, CountsEveryImageOfEveryClass) {
  Training training;
  training.begin();
  auto& network = *training.network;
  const auto& images = *training.data.test;
  const auto found = evaluate(network, images, *training.transform, training.execution());

  const torch::NoGradGuard no_grad;
  network.eval();
  std::vector confusion(10, std::vector<std::int64_t>(10));
  int missed = 0;  // by the five likeliest
  for (std::int64_t i = 0; i < images.size(); ++i) {
    const auto batch = evaluation_batch(images, *training.transform, i, 1);
    const auto logits = network.forward(batch.images.to(training.device)).cpu()[0];
    const auto label = batch.labels.item<std::int64_t>();
    const auto taken = logits.argmax().item<std::int64_t>();
    ++confusion[static_cast<std::size_t>(label)][static_cast<std::size_t>(taken)];
    const auto& image = found.images.at(static_cast<std::size_t>(i));
    EXPECT_EQ(image.label, label);
    EXPECT_EQ(image.predicted, taken);
    EXPECT_NEAR(image.probability, logits.softmax(0).max().item<float>(), 1e-5);
    missed += logits.gt(logits[label]).sum().item<int>() >= 5 ? 1 : 0;
  }
  EXPECT_EQ(found.confusion, confusion);
  EXPECT_EQ(std::ssize(found.images), images.size());
  ASSERT_TRUE(found.score.top5_error.has_value());
  EXPECT_DOUBLE_EQ(*found.score.top5_error, 100.0 * missed / static_cast<double>(images.size()));
  EXPECT_GT(missed, 0);
}

/// The loss of every image's mean probability over its ten views, computed in float64; `least` is
/// the smallest of those probabilities.
struct TenViews {
  Training training;
  double loss = 0;
  double least = 1;

  explicit TenViews(double factor_of_logits) {
    training.options.test_crops = 10;
    training.begin();
    const torch::NoGradGuard no_grad;
    training.network->eval();
    for (const auto& parameter : training.network->named_parameters())
      if (parameter.key().starts_with("fc.")) parameter.value().mul_(factor_of_logits);
    const auto& images = *training.data.test;
    for (std::int64_t i = 0; i < images.size(); ++i) {
      const auto batch = evaluation_batch(images, *training.transform, i, 1);
      EXPECT_EQ(batch.images.size(0), 10);
      const auto logits =
          training.network->forward(batch.images.to(training.device)).cpu().to(at::kDouble);
      const auto probability =
          logits.softmax(1).mean(0)[batch.labels.item<std::int64_t>()].item<double>();
      loss -= std::log(probability) / static_cast<double>(images.size());
      least = std::min(least, probability);
    }
  }

  Score score() {
    return evaluate(*training.network, *training.data.test, *training.transform,
                    training.execution())
        .score;
  }
};

TEST(Evaluation, OfTenViewsIsOfTheirMeanProbability) {
  TenViews views(1);
  EXPECT_NEAR(views.score().loss, views.loss, 1e-5);
}

TEST(Evaluation, OfTenViewsStaysFiniteWhereTheNetworkIsSureOfWhatIsWrong) {
  TenViews views(100);
  ASSERT_GT(views.least, 0);
  ASSERT_LT(views.least, 1e-46);  // too small for a float32
  EXPECT_NEAR(views.score().loss, views.loss, 1e-4 * views.loss);
}

}  // namespace
}  // namespace reslab
