#include "reslab/data/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace reslab {

int worker_count() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 16U));
}

void in_pieces(std::int64_t count, std::int64_t piece, int threads,
               const std::function<void(std::int64_t, std::int64_t)>& work) {
  std::atomic<std::int64_t> next = 0;
  std::mutex mutex;
  std::exception_ptr error;
  std::int64_t error_at = count;
  const auto loop = [&] {
    for (;;) {
      const auto first = next.fetch_add(piece);
      if (first >= count) return;
      try {
        work(first, std::min(first + piece, count));
      } catch (...) {
        next = count;
        const std::lock_guard lock(mutex);
        if (first < error_at) {
          error = std::current_exception();
          error_at = first;
        }
      }
    }
  };
  // A team of OpenMP's, as LibTorch's threads are: libgomp counts both, and where they are more
  // than the processors its waiting threads sleep, instead of holding up those that have work.
  const auto pieces = (count + piece - 1) / piece;
  const auto team = static_cast<int>(std::clamp<std::int64_t>(pieces, 1, threads));
#pragma omp parallel num_threads(team) if (team > 1)
  loop();
  if (error) std::rethrow_exception(error);
}

}  // namespace reslab
