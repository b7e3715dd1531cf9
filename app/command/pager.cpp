#include "app/command/pager.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "app/runs/terminal.h"

namespace reslab::app {
namespace {

std::string pager() {
  const char* const chosen = std::getenv("PAGER");
  return chosen == nullptr ? "less" : chosen;
}

/// Whether the shell finds the program, which is the first word of the command. Otherwise the shell
/// would print a message of its own.
bool is_there(const std::string& command) {
  const auto program = command.substr(0, command.find(' '));
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

/// Returns whether the pager was started.
bool show(const std::string& text, const std::string& command) {
  ::setenv("LESS", "FRX", 0);
  std::fflush(stdout);
  auto* const pipe = ::popen(command.c_str(), "w");
  if (pipe == nullptr) return false;
  // The user may quit before the end. Ctrl-C is for the pager. The pager itself ignores no signal.
  auto* const pipe_before = std::signal(SIGPIPE, SIG_IGN);
  auto* const interrupt_before = std::signal(SIGINT, SIG_IGN);
  std::fwrite(text.data(), 1, text.size(), pipe);
  ::pclose(pipe);
  std::signal(SIGINT, interrupt_before);
  std::signal(SIGPIPE, pipe_before);
  return true;
}

}  // namespace

void print_paged(const std::string& text) {
  const auto rows = terminal_of(STDOUT_FILENO).rows;
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const auto command = pager();
  const char* const terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::strcmp(terminal, "dumb") == 0;
  const bool pages = !dumb && ::isatty(STDOUT_FILENO) == 1 && rows > 0 && lines >= rows &&
                     !command.empty() && command != "cat" && is_there(command);
  if (!pages || !show(text, command)) fmt::print("{}", text);
}

}  // namespace reslab::app
