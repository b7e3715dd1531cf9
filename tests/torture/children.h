#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>

#include "torture/program_run.h"

namespace reslab::torture {

/// Runs as many children at once as there are cores, each in a directory of its own.
class Children {
 public:
  using Start = std::function<pid_t(const std::filesystem::path& directory)>;
  using Finish =
      std::function<void(const std::filesystem::path& directory, const Outcome& outcome)>;

  explicit Children(const std::filesystem::path& work) : work_(work) {
    slots_.resize(std::max(1U, std::thread::hardware_concurrency()));
  }

  /// Starts a child, once one of the earlier ones has finished if there are as many as cores.
  /// `finish` is called later, in this thread.
  void start(const Start& start, Finish finish) {
    auto& slot = slots_[next_++ % slots_.size()];
    collect(slot);
    slot.directory = work_ / ("child-" + std::to_string(next_ % slots_.size()));
    slot.child = start(slot.directory);
    slot.finish = std::move(finish);
  }

  void finish() {
    for (auto& slot : slots_) collect(slot);
  }

 private:
  struct Slot {
    pid_t child = 0;
    std::filesystem::path directory;
    Finish finish;
  };

  static void collect(Slot& slot) {
    if (slot.child == 0) return;
    const auto outcome = wait_for(slot.child, slot.directory);
    slot.child = 0;
    slot.finish(slot.directory, outcome);
  }

  std::filesystem::path work_;
  std::vector<Slot> slots_;
  std::size_t next_ = 0;
};

}  // namespace reslab::torture
