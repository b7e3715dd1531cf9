#pragma once

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>

namespace reslab::torture {

/// The choice of the cases that are tried: every n-th one.
struct Sample {
  std::int64_t every = 1;
};

/// Counts cases and prints the failed ones.
struct Tally {
  std::int64_t tried = 0;
  std::int64_t failed = 0;

  void fail(const std::string& what) {
    ++failed;
    std::cout << "FAILED " << what << std::endl;
  }
};

// Each function works in the directory `work`, prints what it counted, and returns the exit code: 0
// if nothing was lost.

/// Resumes a run from every state that a power cut could leave, and compares its end with that of
/// an uninterrupted run.
int try_crash_states(const std::filesystem::path& work, const Sample& sample);

/// Lets each file operation of an experiment of two runs fail in several ways, then runs the
/// command again, and compares its end with that of an undisturbed one.
int try_faults(const std::filesystem::path& work, const Sample& sample);

/// Kills and interrupts the program at random moments for this time, two processes at once, and
/// fills a file system and makes it read-only where this user may.
int try_kills(const std::filesystem::path& work, double seconds);

}  // namespace reslab::torture
