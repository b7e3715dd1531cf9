#pragma once

#include <optional>
#include <vector>

namespace reslab::app {

/// A mean with how far its values lie apart.
struct Spread {
  double mean = 0;
  std::optional<double> deviation;  // sample standard deviation, of two values or more
};

/// The mean and the sample standard deviation of the values, or nothing of none.
std::optional<Spread> spread_of(const std::vector<double>& values);

/// Whether two samples differ in their means, their variances not taken to be equal
/// (B. L. Welch, The generalization of 'Student's' problem, Biometrika 34, 1947).
struct WelchTest {
  double t = 0;
  double degrees = 0;  // of freedom, by Satterthwaite's approximation
  double p = 1;        // two-sided: how often equal means would differ by at least as much
};

/// Nothing where a sample has fewer than two values or one that is not finite. Two samples that do
/// not scatter at all have p = 1 where they are equal, else p = 0.
std::optional<WelchTest> welch_test(const std::vector<double>& a, const std::vector<double>& b);

/// A difference with a p from here on is called noise.
inline constexpr double kNoise = 0.05;

}  // namespace reslab::app
