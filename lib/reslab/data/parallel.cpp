#include "reslab/data/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "reslab/base/cpu_count.h"

namespace reslab {

namespace {

constexpr int kMostWorkers = 16;
std::atomic<int> most_workers = kMostWorkers;

}  // namespace

int worker_count() {
  static const int cpus = usable_cpus();
  return std::min(cpus, most_workers.load());
}

void limit_worker_count(int threads) { most_workers = std::clamp(threads, 1, kMostWorkers); }

void for_each_chunk(std::int64_t count, std::int64_t chunk, int threads,
                    const std::function<void(std::int64_t, std::int64_t)>& work) {
  std::atomic<std::int64_t> next = 0;
  std::mutex mutex;
  std::exception_ptr error;
  std::int64_t error_at = count;
  const auto loop = [&] {
    for (;;) {
      const auto first = next.fetch_add(chunk);
      if (first >= count) return;
      try {
        work(first, std::min(first + chunk, count));
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
  // Uses OpenMP like LibTorch, because libgomp then counts all threads together: if there are more
  // than cores, its waiting threads sleep instead of spinning.
  const auto chunks = (count + chunk - 1) / chunk;
  const auto team = static_cast<int>(std::clamp<std::int64_t>(chunks, 1, threads));
#pragma omp parallel num_threads(team) if (team > 1)
  loop();
  if (error) std::rethrow_exception(error);
}

}  // namespace reslab
