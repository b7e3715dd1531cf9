#include "app/command/pager.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/runs/terminal.h"

namespace reslab::app {
namespace {

std::string pager() {
  const char* const chosen = std::getenv("PAGER");
  return chosen == nullptr ? "less" : chosen;
}

/// Returns whether the pager ran.
bool show(const std::string& text, const std::string& program) {
  ::setenv("LESS", "FRX", 0);
  std::fflush(stdout);
  auto* const earlier = std::signal(SIGPIPE, SIG_IGN);  // the user may quit before the end
  auto* const pipe = ::popen(program.c_str(), "w");
  if (pipe == nullptr) return false;
  std::fwrite(text.data(), 1, text.size(), pipe);
  const int status = ::pclose(pipe);
  std::signal(SIGPIPE, earlier);
  constexpr int kNoSuchProgram = 127;  // exit status of the shell
  return WIFEXITED(status) && WEXITSTATUS(status) != kNoSuchProgram;
}

}  // namespace

void print_paged(const std::string& text) {
  const auto rows = terminal_of(STDOUT_FILENO).rows;
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const auto program = pager();
  const bool pages = ::isatty(STDOUT_FILENO) == 1 && rows > 0 && lines >= rows &&
                     !program.empty() && program != "cat";
  if (!pages || !show(text, program)) fmt::print("{}", text);
}

}  // namespace reslab::app
