#include "app/report/statistics.h"

#include <cmath>
#include <limits>
#include <tuple>

#include <gtest/gtest.h>

namespace reslab::app {
namespace {

TEST(Statistics, MeanAndSampleDeviation) {
  EXPECT_FALSE(spread_of({}));
  EXPECT_EQ(spread_of({7})->mean, 7);
  EXPECT_FALSE(spread_of({7})->deviation);
  // Python: statistics.stdev([6, 7, 8, 11])
  EXPECT_DOUBLE_EQ(spread_of({6, 7, 8, 11})->mean, 8);
  EXPECT_DOUBLE_EQ(*spread_of({6, 7, 8, 11})->deviation, 2.160246899469287);
}

TEST(Statistics, WelchTestIsSciPys) {
  // SciPy 1.17: scipy.stats.ttest_ind(a, b, equal_var=False), its statistic, df and pvalue.
  using Sample = std::vector<double>;
  const std::tuple<Sample, Sample, double, double, double> table[] = {
      {{6.97, 7.12, 6.81},
       {8.75, 8.91, 8.66},
       -15.633170076973313,
       3.8466457757034704,
       0.00012672968411329134},
      {{27.5, 21.0, 19.0, 23.6, 17.0, 17.9},
       {27.1, 22.0, 20.8, 23.4, 23.4},
       -1.2099420601679065,
       8.29280948999624,
       0.2596591932830218},
      {{1, 2, 4}, {2, 5}, -0.6704783996548059, 1.7087588091471306, 0.5816253508492327},
      {{5, 5, 5}, {6, 7, 8}, -3.464101615137755, 2.0, 0.07417990022744854}};
  for (const auto& [a, b, t, degrees, p] : table) {
    const auto test = welch_test(a, b);
    ASSERT_TRUE(test);
    EXPECT_NEAR(test->t, t, 1e-12 * std::abs(t));
    EXPECT_NEAR(test->degrees_of_freedom, degrees, 1e-12 * degrees);
    EXPECT_NEAR(test->p, p, 1e-12);
    const auto turned = welch_test(b, a);
    EXPECT_DOUBLE_EQ(turned->t, -test->t);
    EXPECT_DOUBLE_EQ(turned->p, test->p);
  }
}

TEST(Statistics, WelchTestNeedsTwoFiniteValuesOfEach) {
  EXPECT_FALSE(welch_test({1}, {1, 2}));
  EXPECT_FALSE(welch_test({1, 2}, {}));
  EXPECT_FALSE(welch_test({1, NAN}, {1, 2}));
  EXPECT_FALSE(welch_test({1, 2}, {1, std::numeric_limits<double>::infinity()}));
}

TEST(Statistics, PairedTestIsSciPys) {
  // SciPy 1.17: scipy.stats.ttest_rel(a, b), its statistic, df and pvalue.
  using Sample = std::vector<double>;
  const std::tuple<Sample, Sample, double, double, double> table[] = {
      {{6.97, 7.12, 6.81}, {8.75, 8.91, 8.66}, -82.65422512027128, 2, 0.00014634387144284847},
      {{27.5, 21.0, 19.0, 23.6},
       {27.1, 22.0, 20.8, 23.4},
       -1.0601127342353378,
       3,
       0.36688509056932506},
      {{1, 5}, {2, 4.5}, -0.3333333333333333, 1, 0.7951672353008665}};
  for (const auto& [a, b, t, degrees, p] : table) {
    const auto test = paired_test(a, b);
    ASSERT_TRUE(test);
    EXPECT_NEAR(test->t, t, 1e-11 * std::abs(t));
    EXPECT_EQ(test->degrees_of_freedom, degrees);
    EXPECT_NEAR(test->p, p, 1e-12);
  }
  EXPECT_FALSE(paired_test({1}, {2}));
  EXPECT_FALSE(paired_test({1, NAN}, {2, 3}));
  EXPECT_EQ(paired_test({1, 2}, {2, 3})->p, 0);
}

TEST(Statistics, SamplesWithoutScatterAreEqualOrNot) {
  EXPECT_EQ(welch_test({3, 3}, {3, 3, 3})->p, 1);
  EXPECT_EQ(welch_test({3, 3}, {4, 4, 4})->p, 0);
  EXPECT_LT(welch_test({3, 3}, {4, 4, 4})->t, 0);
}

}  // namespace
}  // namespace reslab::app
