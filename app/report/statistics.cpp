#include "app/report/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

namespace reslab::app {
namespace {

bool can_be_tested(const std::vector<double>& values) {
  return values.size() >= 2 && std::all_of(values.begin(), values.end(),
                                           [](double value) { return std::isfinite(value); });
}

/// The variance of the sample's mean.
double mean_variance(const std::vector<double>& values) {
  const double deviation = spread_of(values)->deviation.value_or(0);
  return deviation * deviation / static_cast<double>(values.size());
}

}  // namespace

std::optional<Spread> spread_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  Spread spread{std::accumulate(values.begin(), values.end(), 0.0) / count, {}};
  if (values.size() < 2) return spread;
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  spread.deviation = std::sqrt(squares / (count - 1));
  return spread;
}

std::optional<WelchTest> welch_test(const std::vector<double>& a, const std::vector<double>& b) {
  if (!can_be_tested(a) || !can_be_tested(b)) return {};
  const double difference = spread_of(a)->mean - spread_of(b)->mean;
  const double of_a = mean_variance(a), of_b = mean_variance(b);
  const double variance = of_a + of_b;
  const auto spare_a = static_cast<double>(a.size() - 1),
             spare_b = static_cast<double>(b.size() - 1);
  if (variance == 0) {
    const double t =
        difference == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), difference);
    return WelchTest{t, spare_a + spare_b, difference == 0 ? 1.0 : 0.0};
  }
  WelchTest test;
  test.t = difference / std::sqrt(variance);
  test.degrees = variance * variance / (of_a * of_a / spare_a + of_b * of_b / spare_b);
  const boost::math::students_t distribution(test.degrees);
  test.p = 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(test.t)));
  return test;
}

}  // namespace reslab::app
