#pragma once

#include <functional>
#include <string>
#include <vector>

namespace reslab::app {

// Exit codes. If several apply, the order is: interrupted, invalid input, failed, unmet.
constexpr int kDone = 0;
constexpr int kFailed = 1;        // a run failed, or a file could not be read or written
constexpr int kInvalidInput = 2;  // wrong usage, an invalid file, missing or damaged data
constexpr int kUnmet = 3;         // an expectation is not met
// `reslab run` returns 128 + the number of the signal that interrupted it; the state is saved.

/// A subcommand of the program: `reslab NAME …`.
struct Command {
  std::string name;
  std::string usage;    // the arguments, as the help shows them
  std::string meaning;  // one line for the help
  /// Takes the arguments, the command's name first, and returns the exit code. Throws InvalidInput
  /// for wrong usage and invalid input (exit code 2), IoError if reading or writing fails (1).
  std::function<int(int argc, const char* const* argv)> run;
};

/// Every subcommand, in the order of the help.
const std::vector<Command>& commands();

// The functions behind the table, each in the .cpp file of its name.
int run_command(int argc, const char* const* argv);
int check_command(int argc, const char* const* argv);
int compare_command(int argc, const char* const* argv);
int describe_command(int argc, const char* const* argv);
int list_command(int argc, const char* const* argv);
int evaluate_command(int argc, const char* const* argv);
int predict_command(int argc, const char* const* argv);
int export_command(int argc, const char* const* argv);
int watch_command(int argc, const char* const* argv);
int fetch_command(int argc, const char* const* argv);
int bench_command(int argc, const char* const* argv);

}  // namespace reslab::app
