#pragma once

#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "reslab/ranks/rank_group.h"

namespace reslab {

/// Ranks that are threads of this process.
class ThreadRanks {
 public:
  explicit ThreadRanks(int size) : size_(size) {}

  /// Calls work(group) in a thread for each rank and waits for all. Rethrows the first error.
  void run(const std::function<void(RankGroup&)>& work) {
    std::vector<std::thread> threads;
    std::vector<std::exception_ptr> errors(static_cast<std::size_t>(size_));
    for (int rank = 0; rank < size_; ++rank)
      threads.emplace_back([&, rank] {
        Rank group(*this, rank);
        try {
          work(group);
        } catch (...) {
          errors[static_cast<std::size_t>(rank)] = std::current_exception();
        }
      });
    for (auto& thread : threads) thread.join();
    for (const auto& error : errors)
      if (error) std::rethrow_exception(error);
  }

  /// Bytes that all ranks have sent.
  std::size_t bytes_sent() const { return bytes_sent_; }

 private:
  using Message = std::vector<std::byte>;

  class Rank : public RankGroup {
   public:
    Rank(ThreadRanks& all, int rank) : all_(all), rank_(rank) {}

    int rank() const override { return rank_; }
    int size() const override { return all_.size_; }
    void exchange(int peer, std::span<const std::byte> out, std::span<std::byte> in,
                  Patience /*patience*/) override {
      std::unique_lock lock(all_.mutex_);
      if (!out.empty()) {
        all_.bytes_sent_ += out.size();
        all_.messages_[{rank_, peer}].emplace_back(out.begin(), out.end());
        all_.changed_.notify_all();
      }
      if (in.empty()) return;
      auto& messages = all_.messages_[{peer, rank_}];
      if (!all_.changed_.wait_for(lock, std::chrono::seconds(60),
                                  [&] { return !messages.empty(); }))
        throw RankLost("no answer");
      if (messages.front().size() != in.size()) throw RankLost("another size");
      std::memcpy(in.data(), messages.front().data(), in.size());
      messages.pop_front();
    }

    void end_all(int /*exit_code*/) override { std::terminate(); }

   private:
    ThreadRanks& all_;
    int rank_;
  };

  int size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<int, int>, std::deque<Message>> messages_;  // by sender and receiver
  std::size_t bytes_sent_ = 0;
};

}  // namespace reslab
