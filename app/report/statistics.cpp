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

/// `variance`: the variance of `difference`.
TTest t_test(double difference, double variance, double degrees_of_freedom) {
  if (variance == 0) {
    const double t =
        difference == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), difference);
    return {t, degrees_of_freedom, difference == 0 ? 1.0 : 0.0};
  }
  const double t = difference / std::sqrt(variance);
  const boost::math::students_t distribution(degrees_of_freedom);
  return {t, degrees_of_freedom,
          2 * boost::math::cdf(boost::math::complement(distribution, std::abs(t)))};
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

std::optional<TTest> welch_test(const std::vector<double>& a, const std::vector<double>& b) {
  if (!can_be_tested(a) || !can_be_tested(b)) return {};
  const double variance_a = variance_of_mean(a), variance_b = variance_of_mean(b);
  const double variance = variance_a + variance_b;
  const auto degrees_a = static_cast<double>(a.size() - 1),
             degrees_b = static_cast<double>(b.size() - 1);
  const double degrees =
      variance == 0
          ? degrees_a + degrees_b
          : variance * variance /
                (variance_a * variance_a / degrees_a + variance_b * variance_b / degrees_b);
  return t_test(spread_of(a)->mean - spread_of(b)->mean, variance, degrees);
}

std::optional<TTest> paired_test(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  if (!can_be_tested(differences)) return {};
  return t_test(spread_of(differences)->mean, variance_of_mean(differences),
                static_cast<double>(differences.size() - 1));
}

}  // namespace reslab::app
