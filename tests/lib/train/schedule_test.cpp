#include "reslab/train/schedule.h"

#include <cmath>

#include <gtest/gtest.h>

namespace reslab {
namespace {

TEST(Schedule, StepsDivideAtTheirPlaces) {
  const Steps steps{.at = {10, 20}};
  EXPECT_DOUBLE_EQ(steps.rate({0, 30}), 0.1);
  EXPECT_DOUBLE_EQ(steps.rate({9, 30}), 0.1);
  EXPECT_DOUBLE_EQ(steps.rate({10, 30}), 0.01);
  EXPECT_DOUBLE_EQ(steps.rate({29, 30}), 0.001);
}

TEST(Schedule, CosineGoesFromStartToEnd) {
  const Cosine cosine{0.4, 0.2};
  EXPECT_DOUBLE_EQ(cosine.rate({0, 100}), 0.4);
  EXPECT_DOUBLE_EQ(cosine.rate({50, 100}), 0.3);
  EXPECT_NEAR(cosine.rate({25, 100}), 0.2 + 0.1 * (1 + std::sqrt(0.5)), 1e-12);
}

TEST(Schedule, OneCycleClimbsToItsPeakAndComesDown) {
  const OneCycle cycle{0.1, 0.5, 0.25, 0.2};
  EXPECT_DOUBLE_EQ(cycle.rate({0, 400}), 0.1);
  EXPECT_DOUBLE_EQ(cycle.rate({50, 400}), 0.3);
  EXPECT_DOUBLE_EQ(cycle.rate({100, 400}), 0.5);
  EXPECT_DOUBLE_EQ(cycle.rate({200, 400}), 0.4);
  EXPECT_DOUBLE_EQ(cycle.rate({399, 400}), 0.201);
}

TEST(Schedule, OneCyclePeaksAtEitherEndAndNeverRests) {
  OneCycle cycle;
  cycle.peak_at = 0;
  EXPECT_DOUBLE_EQ(cycle.rate({0, 10}), 0.1);
  EXPECT_DOUBLE_EQ(cycle.rate({9, 10}), 0.01);
  cycle.peak_at = 1;
  EXPECT_DOUBLE_EQ(cycle.rate({0, 10}), 0.01);
  EXPECT_DOUBLE_EQ(cycle.rate({9, 10}), 0.091);
  EXPECT_TRUE(error_of(OneCycle::settings().list().front(), 0.0));
}

TEST(Schedule, PlateauDividesAtEveryPlateau) {
  const Plateau plateau;
  EXPECT_DOUBLE_EQ(plateau.rate({0, 100, 0}), 0.1);
  EXPECT_DOUBLE_EQ(plateau.rate({50, 100, 2}), 0.001);
}

TEST(PlateauCounter, CountsEvaluationsWithoutAGain) {
  const Plateau rule{.patience = 3, .least_gain = 0.5};
  PlateauCounter counter;
  const std::pair<double, std::int64_t> noted[] = {
      {50, 0},   {40, 0},   {39.8, 0}, {41, 0},   {39.5, 0},  // a gain of exactly 0.5 counts
      {39.4, 0}, {39.4, 0}, {39.4, 1}, {39.4, 1}, {39.4, 1}, {45, 2}};
  for (const auto& [error, plateaus] : noted) {
    counter.note(error, rule);
    EXPECT_EQ(counter.plateaus, plateaus) << error;
  }
}

// torch.optim.lr_scheduler.LinearLR(start_factor=0.1, total_iters=4): 0.1, 0.325, 0.55, 0.775, 1, …
TEST(LinearWarmup, RisesLikePyTorchsLinearLR) {
  const LinearWarmup warmup{4, 0.1};
  const double expected[] = {0.1, 0.325, 0.55, 0.775, 1, 1};
  for (std::int64_t i = 0; i < std::ssize(expected); ++i)
    EXPECT_NEAR(warmup.factor(i), expected[i], 1e-15) << i;
}

template <class... Kinds>
std::vector<Schedule> one_of_each(const std::variant<Kinds...>&) {
  return {Kinds()...};
}

TEST(Schedule, EveryOneGivesAUsefulRateThroughout) {
  for (const auto& schedule : one_of_each(Schedule()))
    for (int thousand = 0; thousand < 64; ++thousand) {
      const double position = 1000.0 * thousand;
      EXPECT_GT(rate(schedule, {position, 64000}), 0) << schedule.index();
      EXPECT_LE(rate(schedule, {position, 64000}), 0.1) << schedule.index();
    }
}

}  // namespace
}  // namespace reslab
