#pragma once

#include <optional>
#include <vector>

namespace reslab::app {

/// Mean and sample standard deviation.
struct Spread {
  double mean = 0;
  std::optional<double> deviation;  // empty for a single value
};

/// The mean and the sample standard deviation; empty if there are no values.
std::optional<Spread> spread_of(const std::vector<double>& values);

/// The result of a t-test for a difference of means. If the values do not vary, p is 1 for equal
/// means and 0 for different ones.
struct TTest {
  double t = 0;
  double degrees_of_freedom = 0;
  double p = 1;  // two-sided
};

/// Welch's t-test of the means of two samples, which does not assume equal variances (B. L. Welch,
/// The generalization of 'Student's' problem, Biometrika 34, 1947). Uses Satterthwaite's
/// approximation of the degrees of freedom. Empty if a sample has fewer than two values or a value
/// is not finite.
std::optional<TTest> welch_test(const std::vector<double>& a, const std::vector<double>& b);

/// The t-test of the mean difference of pairs. `a` and `b` have the same size. Empty if there are
/// fewer than two pairs or a value is not finite.
std::optional<TTest> paired_test(const std::vector<double>& a, const std::vector<double>& b);

/// Reports call a difference with p at or above this level noise.
inline constexpr double kSignificanceLevel = 0.05;

}  // namespace reslab::app
