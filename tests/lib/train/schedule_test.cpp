#include "reslab/train/schedule.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace reslab {
namespace {

std::shared_ptr<Schedule> made(const std::string& name) {
  return std::ranges::find(schedules(), name, &ScheduleEntry::name)->make();
}

void set(Schedule& schedule, const std::string& name, const Value& value) {
  const auto settings = schedule.settings();
  std::ranges::find(settings, name, &Setting::name)->set(value);
}

TEST(Schedule, StepsDivideAtTheirPlaces) {
  const auto steps = made("steps");
  set(*steps, "at", std::vector<double>{10, 20});
  EXPECT_DOUBLE_EQ(steps->rate(0, 30), 0.1);
  EXPECT_DOUBLE_EQ(steps->rate(9, 30), 0.1);
  EXPECT_DOUBLE_EQ(steps->rate(10, 30), 0.01);
  EXPECT_DOUBLE_EQ(steps->rate(29, 30), 0.001);
}

TEST(Schedule, CosineGoesFromStartToEnd) {
  const auto cosine = made("cosine");
  set(*cosine, "start", 0.4);
  set(*cosine, "end", 0.2);
  EXPECT_DOUBLE_EQ(cosine->rate(0, 100), 0.4);
  EXPECT_DOUBLE_EQ(cosine->rate(50, 100), 0.3);
  EXPECT_NEAR(cosine->rate(25, 100), 0.2 + 0.1 * (1 + std::sqrt(0.5)), 1e-12);
}

TEST(Schedule, EveryOneGivesAUsefulRateThroughoutAndDescribesItself) {
  for (const auto& entry : schedules()) {
    const auto schedule = entry.make();
    EXPECT_FALSE(entry.meaning.empty());
    EXPECT_FALSE(schedule->settings().empty()) << entry.name;
    for (int thousand = 0; thousand < 64; ++thousand) {
      const double position = 1000.0 * thousand;
      EXPECT_GT(schedule->rate(position, 64000), 0) << entry.name;
      EXPECT_LE(schedule->rate(position, 64000), 0.1) << entry.name;
    }
  }
}

}  // namespace
}  // namespace reslab
