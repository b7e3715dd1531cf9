#pragma once

#include <cstddef>
#include <string>

#include "app/report/figure.h"

namespace reslab::app {

/// The place for a figure on a terminal.
struct TerminalSpace {
  std::size_t columns = 80;  // at least 30
  std::size_t rows = 20;     // at least 8, without the legend
  bool colour = false;       // ANSI colours; the groups' letters tell them apart without
};

/// The space of a plot on standard output: half of the terminal, whose last column stays empty.
TerminalSpace plot_space();

/// Draws a line chart with Unicode braille characters, of two by four dots each. Each group has a
/// letter, which stands at the end of its first line and in the legend.
std::string terminal_plot(const Figure& figure, const TerminalSpace& space);

}  // namespace reslab::app
