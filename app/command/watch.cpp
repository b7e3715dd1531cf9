#include <chrono>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/report/curves.h"
#include "app/report/report.h"
#include "app/report/terminal_plot.h"
#include "app/runs/run_result.h"
#include "app/runs/terminal.h"
#include "reslab/base/error.h"

namespace reslab::app {
namespace {

constexpr const char* kClearScreen = "\033[H\033[2J";

/// Everything that is shown; while a file is being written, the lines about its errors.
std::string screen(const std::vector<std::string>& directories) {
  try {
    auto found = find_runs({directories.begin(), directories.end()});
    if (found.results.empty()) throw InvalidInput(found.errors);
    const auto runs = with_claims(std::move(found.results), std::move(found.errors));
    const auto report = make_report(runs);
    const auto figure = curves_figure(report.title, curves_of(runs.results));
    auto text =
        terminal_report(report, text_columns(STDOUT_FILENO), terminal_of(STDOUT_FILENO).colour) +
        "\n" + terminal_plot(figure, plot_space());
    for (const auto& line : report.left_out) text += "left out: " + line + "\n";
    return text;
  } catch (const InvalidInput& error) {
    std::string text;
    for (const auto& line : error.lines()) text += line + "\n";
    return text;
  }
}

}  // namespace

int watch_command(int argc, const char* const* argv) {
  const auto given = parse_arguments("watch", argc, argv);
  if (!given) return kDone;
  const auto directories = positional_of(*given);
  const auto every = integer_of(*given, "every", 1, 86400);
  const auto found = find_runs({directories.begin(), directories.end()});
  if (found.results.empty()) throw InvalidInput(found.errors);

  const bool once = given->count("once") > 0;
  const bool rewrites = !once && terminal_of(STDOUT_FILENO).rewrites;
  std::string shown;
  for (;;) {
    const auto text = screen(directories);
    if (text != shown) std::cout << (rewrites ? kClearScreen : "") << text << std::flush;
    shown = text;
    if (once) return kDone;
    std::this_thread::sleep_for(std::chrono::seconds(every));
  }
}

}  // namespace reslab::app
