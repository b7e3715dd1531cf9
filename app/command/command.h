#pragma once

#include <functional>
#include <string>
#include <vector>

namespace reslab::app {

// Exit codes. Where several hold, interrupted comes before wrong, wrong before failed, failed
// before unmet.
constexpr int kDone = 0;
constexpr int kFailed = 1;         // a run failed, input or output
constexpr int kWrong = 2;          // wrong usage, an invalid file, data missing or damaged
constexpr int kUnmet = 3;          // an expectation that does not hold
constexpr int kInterrupted = 130;  // Ctrl-C, with the state saved
constexpr int kTerminated = 143;   // SIGTERM, with the state saved

/// A subcommand of the program: `reslab NAME …`.
struct Command {
  std::string name;
  std::string usage;    // the arguments, as the help shows them
  std::string meaning;  // one line for the help
  /// Takes the arguments from the name on and returns the exit code. Throws InvalidInput (exit 2,
  /// also for wrong usage) and IoError (exit 1).
  std::function<int(int argc, const char* const* argv)> run;
};

/// Every subcommand, in the order of the help.
const std::vector<Command>& commands();

}  // namespace reslab::app
