#include "app/runs/terminal.h"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace reslab::app {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

Terminal terminal_of(int descriptor) {
  Terminal terminal;
  terminal.rewrites = isatty(descriptor) == 1 && variable("TERM") != "dumb";
  terminal.colour = terminal.rewrites && variable("NO_COLOR").empty();
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.columns = size.ws_col;
    terminal.rows = size.ws_row;
  }
  return terminal;
}

}  // namespace reslab::app
