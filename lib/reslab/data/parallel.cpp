#include "reslab/data/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

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
  const auto pieces = (count + piece - 1) / piece;
  {
    std::vector<std::jthread> others;
    for (std::int64_t i = 1; i < std::min<std::int64_t>(threads, pieces); ++i)
      others.emplace_back(loop);
    loop();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace reslab
