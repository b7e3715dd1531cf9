#pragma once

#include <chrono>
#include <thread>

namespace reslab::app {

/// A limit that `wait_until` never reaches.
inline constexpr std::chrono::seconds kNoLimit = std::chrono::hours(1'000'000);

/// Calls done() until it returns true, and leaves the core to other threads between the calls.
/// Returns false if done() has not returned true within the limit.
template <class Done>
bool wait_until(std::chrono::seconds limit, const Done& done) {
  using Clock = std::chrono::steady_clock;
  constexpr int kTriesBeforeSleep = 20;
  const auto start = Clock::now();
  for (int tries = 0; !done(); ++tries) {
    if (Clock::now() - start > limit) return false;
    if (tries < kTriesBeforeSleep)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
  return true;
}

}  // namespace reslab::app
