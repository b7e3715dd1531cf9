#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/report/curves.h"
#include "app/report/report.h"
#include "app/report/terminal_plot.h"
#include "app/runs/run_result.h"
#include "reslab/base/error.h"

namespace reslab::app {
namespace {

constexpr const char* kClearScreen = "\033[H\033[2J";

/// The size of the terminal, and how much of it a plot may take.
TerminalSpace terminal_space() {
  TerminalSpace space;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    space.columns = size.ws_col - 1;
    space.rows = static_cast<std::size_t>(size.ws_row) / 2;
  }
  const char* no_colour = std::getenv("NO_COLOR");
  space.colour = isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
  return space;
}

/// Everything that is shown; while a file is being written, the lines about its errors.
std::string screen(const std::vector<std::string>& directories) {
  try {
    auto found = find_runs({directories.begin(), directories.end()});
    if (found.results.empty()) throw InvalidInput(found.errors);
    const auto runs = with_claims(std::move(found.results));
    const auto report = make_report(runs);
    const auto figure = curves_figure(report.title, curves_of(runs.results));
    return terminal_report(report) + "\n" + terminal_plot(figure, terminal_space());
  } catch (const InvalidInput& error) {
    std::string text;
    for (const auto& line : error.lines()) text += line + "\n";
    return text;
  }
}

}  // namespace

int watch_command(int argc, const char* const* argv) {
  cxxopts::Options options("reslab watch",
                           "Show the table and the curves of runs, and draw them anew whenever "
                           "their files change. Ctrl-C ends it.");
  auto add = options.add_options();
  add("every", "Seconds between two looks at the files",
      cxxopts::value<std::string>()->default_value("2"), "SECONDS");
  add("once", "Show the runs once and exit");
  const auto given = parse_arguments(options, argc, argv, "DIR…", "directory");
  if (!given) return kDone;
  const auto directories = positional_of(*given);
  const auto every = integer_of(*given, "every", 1, 86400);
  const auto found = find_runs({directories.begin(), directories.end()});
  if (found.results.empty()) throw InvalidInput(found.errors);

  const bool rewrites = isatty(STDOUT_FILENO) == 1;
  std::string shown;
  for (;;) {
    const auto text = screen(directories);
    if (text != shown) std::cout << (rewrites ? kClearScreen : "") << text << std::flush;
    shown = text;
    if (given->count("once") > 0) return kDone;
    std::this_thread::sleep_for(std::chrono::seconds(every));
  }
}

}  // namespace reslab::app
