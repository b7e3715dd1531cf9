#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

namespace reslab {

/// Random numbers that are a function of a key alone, for example (seed, epoch, index). They do not
/// depend on other draws or on threads. SplitMix64 (Steele, Lea, Flood 2014) over a hash of the
/// key.
class Random {
 public:
  Random(std::initializer_list<std::uint64_t> key) {
    for (const auto part : key) state_ = mix(state_ ^ mix(part + kGolden));
  }

  std::uint64_t next() { return mix(state_ += kGolden); }

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform in 0 … bound−1. The bias of the multiplication is below bound / 2^64.
  std::int64_t below(std::int64_t bound) {
    const auto product = static_cast<Wide>(next()) * static_cast<std::uint64_t>(bound);
    return static_cast<std::int64_t>(product >> 64);
  }
  /// Normally distributed with mean 0 and variance 1 (Box and Muller 1958).
  double normal() {
    const auto radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }
  bool coin() { return (next() >> 63) != 0; }

 private:
  __extension__ using Wide = unsigned __int128;  // beyond ISO C++, in every compiler we build with

  static constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;

  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_ = 0;
};

/// A uniformly random permutation of 0 … count − 1 (Fisher-Yates), a function of `random`.
inline std::vector<std::int64_t> random_permutation(std::int64_t count, Random random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (auto left = count; left > 1; --left)
    std::swap(order[static_cast<std::size_t>(left - 1)],
              order[static_cast<std::size_t>(random.below(left))]);
  return order;
}

}  // namespace reslab
