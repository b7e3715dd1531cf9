#include "reslab/train/evaluation.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/train/small_training.h"
#include "reslab/data/batches.h"

namespace reslab {
namespace {

TEST(EvaluationInDetail, CountsEveryImageOfEveryClass) {
  Training training;
  training.begin();
  auto& network = *training.network;
  const auto& images = *training.data.test;
  const auto detail = evaluate_in_detail(network, images, *training.transform, {});
  const auto score = evaluate(network, images, *training.transform, {});
  EXPECT_EQ(detail.score.loss, score.loss);
  EXPECT_EQ(detail.score.error, score.error);

  const torch::NoGradGuard no_grad;
  network.eval();
  std::vector confusion(10, std::vector<std::int64_t>(10));
  int missed = 0;  // by the five likeliest
  for (std::int64_t i = 0; i < images.size(); ++i) {
    const auto batch = evaluation_batch(images, *training.transform, i, 1);
    const auto logits = network.forward(batch.images)[0];
    const auto label = batch.labels.item<std::int64_t>();
    const auto taken = logits.argmax().item<std::int64_t>();
    ++confusion[static_cast<std::size_t>(label)][static_cast<std::size_t>(taken)];
    missed += logits.gt(logits[label]).sum().item<int>() >= 5 ? 1 : 0;
  }
  EXPECT_EQ(detail.confusion, confusion);
  EXPECT_EQ(detail.score.top5_error, score.top5_error);
  ASSERT_TRUE(score.top5_error.has_value());
  EXPECT_DOUBLE_EQ(*score.top5_error, 100.0 * missed / static_cast<double>(images.size()));
  EXPECT_GT(missed, 0);
}

}  // namespace
}  // namespace reslab
