#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace reslab::app {

/// The facts that limit how many workers train at a time on this machine.
struct JobLimits {
  int cpus = 1;
  int threads = 0;              // of each worker; 0: the CPUs are divided among the workers
  int runs = 1;                 // that are not finished
  double memory_of_worker = 0;  // bytes
  std::optional<double> available_memory = {};  // bytes; nothing if unknown
};

/// Returns the number of workers that `--jobs auto` starts on CPUs: at least 1, and otherwise as
/// many as the CPUs, the runs and the memory allow. One thread each is the fastest way through many
/// runs, because a training with two threads is less than twice as fast.
int automatic_jobs(const JobLimits& limits);

/// Starts this program once for each list of arguments and shows on stderr what the processes print
/// there. Passes stop_signal() on to them; they also stop if this process is killed. Calls `tick`
/// once per second. Returns the worst exit code when all have ended. A process that a signal
/// ended is named and has no exit code: others may have taken over its run. Throws IoError.
int run_jobs(const std::vector<std::vector<std::string>>& commands,
             const std::function<void()>& tick);

}  // namespace reslab::app
