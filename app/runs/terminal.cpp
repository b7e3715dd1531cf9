#include "app/runs/terminal.h"

#include <cstdlib>
#include <limits>
#include <sstream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "reslab/base/text.h"

namespace reslab::app {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

Terminal terminal_of(int descriptor) {
  Terminal terminal;
  terminal.rewrites =
      isatty(descriptor) == 1 && variable("TERM") != "dumb" && variable("CI").empty();
  terminal.colour = terminal.rewrites && variable("NO_COLOR").empty();
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.columns = size.ws_col;
    terminal.rows = size.ws_row;
  }
  return terminal;
}

std::size_t text_columns(int descriptor) {
  return isatty(descriptor) == 1 ? terminal_of(descriptor).columns
                                 : std::numeric_limits<std::size_t>::max();
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    auto& line = lines.back();
    if (line.empty())
      line = word;
    else if (text_width(line) + 1 + text_width(word) <= columns)
      line += " " + word;
    else
      lines.push_back(word);
  }
  return lines;
}

std::string paragraph(std::string_view text, std::size_t columns) {
  std::string lines;
  for (const auto& line : wrapped(text, columns)) lines += line + "\n";
  return lines;
}

}  // namespace reslab::app
