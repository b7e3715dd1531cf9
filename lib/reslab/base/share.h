#pragma once

#include <cstdint>

namespace reslab {

/// Consecutive pieces of work: `first` up to, not including, `last`.
struct Share {
  std::int64_t first = 0;
  std::int64_t last = 0;

  std::int64_t size() const { return last - first; }
};

/// The share that one of `workers` does of `count` pieces, which differ by at most one piece.
constexpr Share share_of(std::int64_t count, int worker, int workers) {
  return {count * worker / workers, count * (worker + 1) / workers};
}

}  // namespace reslab
