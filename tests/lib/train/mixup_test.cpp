#include "reslab/train/mixup.h"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace reslab {
namespace {

// Beta(a, a) is symmetric with the variance 1 / (8a + 4) and the fourth central moment
// 3 · variance² · (2a + 1) / (2a + 3).
TEST(Mixup, DrawsWeightsOfTheBetaDistribution) {
  constexpr int kDraws = 40000;
  for (const double alpha : {0.1, 0.2, 1.0, 4.0}) {
    double mean = 0, square = 0, fourth = 0;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
      const auto deviation = draw_mixup_weight(alpha, {i}) - 0.5;
      ASSERT_LE(std::abs(deviation), 0.5);
      mean += deviation / kDraws;
      square += std::pow(deviation, 2) / kDraws;
      fourth += std::pow(deviation, 4) / kDraws;
    }
    const auto variance = 1 / (8 * alpha + 4);
    EXPECT_NEAR(mean, 0, 5 * std::sqrt(variance / kDraws)) << alpha;
    EXPECT_NEAR(square, variance, 0.02 * variance) << alpha;
    const auto expected = 3 * variance * variance * (2 * alpha + 1) / (2 * alpha + 3);
    EXPECT_NEAR(fourth, expected, 0.04 * expected) << alpha;
  }
}

TEST(Mixup, DrawsAWeightForTheSmallestAlphaToo) {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto weight = draw_mixup_weight(1e-6, {i});
    EXPECT_GE(weight, 0);
    EXPECT_LE(weight, 1);
  }
}

TEST(Mixup, RollsABatchLikePyTorch) {
  const auto images = torch::randn({5, 3, 4, 4}).contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_TRUE(rolled(images).equal(images.roll(1, 0)));
  EXPECT_TRUE(rolled(images).is_contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace
}  // namespace reslab
