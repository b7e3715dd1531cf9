#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace reslab {

/// Calls a function in a separate thread, up to `depth` results ahead of the consumer, and
/// returns its results in order.
template <class T>
class Prefetch {
 public:
  /// `make` returns nothing after the last result.
  explicit Prefetch(std::function<std::optional<T>()> make, std::size_t depth = 2)
      : make_(std::move(make)),
        depth_(depth),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  /// The next result; empty after the last. An exception of `make` is rethrown after the results
  /// that precede it.
  std::optional<T> next() {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !ready_.empty() || ended_; });
    seconds_waited_ +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (ready_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return std::nullopt;
    }
    std::optional<T> result(std::move(ready_.front()));
    ready_.pop_front();
    changed_.notify_all();
    return result;
  }

  /// Total wall time in seconds that next() has waited.
  double seconds_waited() const { return seconds_waited_; }

 private:
  void run(const std::stop_token& stop) {
    try {
      while (auto result = make_()) {
        std::unique_lock lock(mutex_);
        ready_.push_back(std::move(*result));
        changed_.notify_all();
        if (!changed_.wait(lock, stop, [&] { return ready_.size() < depth_; })) return;
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      error_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  std::function<std::optional<T>()> make_;
  std::size_t depth_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<T> ready_;
  bool ended_ = false;
  std::exception_ptr error_;
  double seconds_waited_ = 0;
  std::jthread thread_;  // the last member, because it uses the others
};

}  // namespace reslab
