#include "reslab/train/schedule.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "reslab/train/plateau.h"

namespace reslab {
namespace {

std::shared_ptr<Schedule> made(const std::string& name) {
  return std::ranges::find(schedules(), name, &ScheduleEntry::name)->make();
}

void set(Schedule& schedule, const std::string& name, const SettingValue& value) {
  const auto settings = schedule.settings();
  std::ranges::find(settings, name, &Setting::name)->set(value);
}

TEST(Schedule, StepsDivideAtTheirPlaces) {
  const auto steps = made("steps");
  set(*steps, "at", std::vector<double>{10, 20});
  EXPECT_DOUBLE_EQ(steps->rate({0, 30}), 0.1);
  EXPECT_DOUBLE_EQ(steps->rate({9, 30}), 0.1);
  EXPECT_DOUBLE_EQ(steps->rate({10, 30}), 0.01);
  EXPECT_DOUBLE_EQ(steps->rate({29, 30}), 0.001);
}

TEST(Schedule, CosineGoesFromStartToEnd) {
  const auto cosine = made("cosine");
  set(*cosine, "start", 0.4);
  set(*cosine, "end", 0.2);
  EXPECT_DOUBLE_EQ(cosine->rate({0, 100}), 0.4);
  EXPECT_DOUBLE_EQ(cosine->rate({50, 100}), 0.3);
  EXPECT_NEAR(cosine->rate({25, 100}), 0.2 + 0.1 * (1 + std::sqrt(0.5)), 1e-12);
}

TEST(Schedule, OneCycleClimbsToItsPeakAndComesDown) {
  const auto cycle = made("one-cycle");
  set(*cycle, "start", 0.1);
  set(*cycle, "peak", 0.5);
  set(*cycle, "peak_at", 0.25);
  set(*cycle, "end", 0.2);
  EXPECT_DOUBLE_EQ(cycle->rate({0, 400}), 0.1);
  EXPECT_DOUBLE_EQ(cycle->rate({50, 400}), 0.3);
  EXPECT_DOUBLE_EQ(cycle->rate({100, 400}), 0.5);
  EXPECT_DOUBLE_EQ(cycle->rate({200, 400}), 0.4);
  EXPECT_DOUBLE_EQ(cycle->rate({399, 400}), 0.201);
}

TEST(Schedule, OneCyclePeaksAtEitherEndAndNeverRests) {
  const auto cycle = made("one-cycle");
  set(*cycle, "peak_at", 0.0);
  EXPECT_DOUBLE_EQ(cycle->rate({0, 10}), 0.1);
  EXPECT_DOUBLE_EQ(cycle->rate({9, 10}), 0.01);
  set(*cycle, "peak_at", 1.0);
  EXPECT_DOUBLE_EQ(cycle->rate({0, 10}), 0.01);
  EXPECT_DOUBLE_EQ(cycle->rate({9, 10}), 0.091);
  EXPECT_TRUE(complaint(cycle->settings().front(), 0.0));
}

TEST(Schedule, PlateauDividesAtEveryPlateau) {
  const auto plateau = made("plateau");
  EXPECT_DOUBLE_EQ(plateau->rate({0, 100, 0}), 0.1);
  EXPECT_DOUBLE_EQ(plateau->rate({50, 100, 2}), 0.001);
  ASSERT_TRUE(plateau->plateau_rule());
  EXPECT_FALSE(made("steps")->plateau_rule());
}

TEST(PlateauCounter, CountsEvaluationsWithoutAGain) {
  const PlateauRule rule{3, 0.5};
  PlateauCounter counter;
  const std::pair<double, std::int64_t> noted[] = {
      {50, 0},   {40, 0},   {39.8, 0}, {41, 0},   {39.5, 0},  // a gain of exactly 0.5 counts
      {39.4, 0}, {39.4, 0}, {39.4, 1}, {39.4, 1}, {39.4, 1}, {45, 2}};
  for (const auto& [error, plateaus] : noted) {
    counter.note(error, rule);
    EXPECT_EQ(counter.plateaus, plateaus) << error;
  }
}

TEST(Schedule, EveryOneGivesAUsefulRateThroughoutAndDescribesItself) {
  for (const auto& entry : schedules()) {
    const auto schedule = entry.make();
    EXPECT_FALSE(entry.meaning.empty());
    EXPECT_FALSE(schedule->settings().empty()) << entry.name;
    for (int thousand = 0; thousand < 64; ++thousand) {
      const double position = 1000.0 * thousand;
      EXPECT_GT(schedule->rate({position, 64000}), 0) << entry.name;
      EXPECT_LE(schedule->rate({position, 64000}), 0.1) << entry.name;
    }
  }
}

}  // namespace
}  // namespace reslab
