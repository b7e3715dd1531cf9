// The program `reslab`. It does not load LibTorch, which takes a fifth of a second: it does what
// needs no LibTorch, and starts reslab-libtorch for the rest.

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "app/command/command.h"
#include "app/command/help.h"
#include "app/command/run_main.h"
#include "reslab/base/error.h"
#include "reslab/base/waiting_threads.h"

namespace reslab::app {

// The build writes the source file that defines these constants.
extern const char* const kVersion;
extern const char* const kSource;

namespace {

/// The subcommands that need no LibTorch, or not always.
const std::map<std::string, CommandFunction> kCommands = {
    {"check", check_command},       {"watch", watch_command}, {"compare", compare_command},
    {"list", list_command},         {"man", man_command},     {"completion", completion_command},
    {"complete", complete_command},
#ifdef RESLAB_HAS_FETCH
    {"fetch", fetch_command},
#endif
};

/// Replaces this process by reslab-libtorch. Throws IoError.
[[noreturn]] void start_with_libtorch(std::span<char*> arguments) {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto program = (folder / RESLAB_LIBEXEC / "reslab-libtorch").lexically_normal().string();
  std::string name = "reslab";
  std::vector<char*> argv = {name.data()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  argv.push_back(nullptr);
  limit_spinning();
  execv(program.c_str(), argv.data());
  throw IoError(program + ": " + std::strerror(errno) + "; it belongs to the program reslab");
}

int dispatch(std::span<char*> arguments) {
  const std::string name = arguments.empty() ? "--help" : arguments[0];
  if (name == "--version") {
    if (arguments.size() > 1) start_with_libtorch(arguments);
    fmt::print("reslab {}{}\n", kVersion,
               *kSource == '\0' ? "" : fmt::format(" (commit {})", kSource));
    return kDone;
  }
  if (name == "--help" || name == "help" || name == "-h") {
    fmt::print("{}", program_help(help_columns()));
    return arguments.empty() ? kInvalidInput : kDone;
  }
  const auto& command = command_description(name);
  const bool asks_for_help = std::ranges::any_of(arguments.subspan(1), [](const char* word) {
    return std::strcmp(word, "--help") == 0 || std::strcmp(word, "-h") == 0;
  });
  const auto found = kCommands.find(name);
  if (found != kCommands.end()) {
    const int code = found->second(static_cast<int>(arguments.size()), arguments.data());
    if (code != kNeedsLibTorch) return code;
  }
  if (!asks_for_help) start_with_libtorch(arguments);
  fmt::print("{}", help_text(command, help_columns()));
  return kDone;
}

}  // namespace
}  // namespace reslab::app

int main(int argc, char** argv) { return reslab::app::run_main(argc, argv, reslab::app::dispatch); }
