#pragma once

namespace reslab::app {

// Exit codes. If several apply, the order is: interrupted, invalid input, failed, unmet.
constexpr int kDone = 0;
constexpr int kFailed = 1;        // a run failed, or a file could not be read or written
constexpr int kInvalidInput = 2;  // wrong usage, an invalid file, missing or damaged data
constexpr int kUnmet = 3;         // an expectation is not met
// Returned before anything is printed, if these arguments need LibTorch and this program has none.
constexpr int kNeedsLibTorch = -1;
// `reslab run` returns 128 + the number of the signal that interrupted it; the state is saved.

/// Returns the more important of two exit codes.
constexpr int worse(int a, int b) {
  const auto rank = [](int code) {
    return code == kUnmet ? 1 : code == kFailed ? 2 : code == kInvalidInput ? 3 : code;
  };
  return rank(a) > rank(b) ? a : b;
}

/// Runs a subcommand. Takes the arguments, the command's name first, and returns the exit code.
/// Throws InvalidInput for wrong usage and invalid input (exit code 2), IoError if reading or
/// writing fails (1).
using CommandFunction = int (*)(int argc, const char* const* argv);

// The functions of the subcommands, each in the .cpp file of its name. command/descriptions.cpp
// describes their options. main.cpp and main_libtorch.cpp list which program has which.
int run_command(int argc, const char* const* argv);
int check_command(int argc, const char* const* argv);
int check_command_with_libtorch(int argc, const char* const* argv);  // in check_libtorch.cpp
int compare_command(int argc, const char* const* argv);
int describe_command(int argc, const char* const* argv);
int list_command(int argc, const char* const* argv);
int evaluate_command(int argc, const char* const* argv);
int predict_command(int argc, const char* const* argv);
int export_command(int argc, const char* const* argv);
int watch_command(int argc, const char* const* argv);
int fetch_command(int argc, const char* const* argv);
int bench_command(int argc, const char* const* argv);
int completion_command(int argc, const char* const* argv);
int complete_command(int argc, const char* const* argv);
int man_command(int argc, const char* const* argv);  // in manual.cpp

}  // namespace reslab::app
