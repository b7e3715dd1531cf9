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

double variance_of_mean(const std::vector<double>& values) {
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
  const double variance_a = variance_of_mean(a), variance_b = variance_of_mean(b);
  const double variance = variance_a + variance_b;
  const auto degrees_a = static_cast<double>(a.size() - 1),
             degrees_b = static_cast<double>(b.size() - 1);
  if (variance == 0) {
    const double t =
        difference == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), difference);
    return WelchTest{t, degrees_a + degrees_b, difference == 0 ? 1.0 : 0.0};
  }
  WelchTest test;
  test.t = difference / std::sqrt(variance);
  test.degrees_of_freedom =
      variance * variance /
      (variance_a * variance_a / degrees_a + variance_b * variance_b / degrees_b);
  const boost::math::students_t distribution(test.degrees_of_freedom);
  test.p = 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(test.t)));
  return test;
}

}  // namespace reslab::app
