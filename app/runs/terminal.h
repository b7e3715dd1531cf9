#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reslab::app {

/// The abilities of the terminal or file behind an output stream.
struct Terminal {
  bool rewrites = false;     // a line can be written over: a terminal that is not "dumb", and no CI
  bool colour = false;       // it does, and NO_COLOR is not set (https://no-color.org)
  std::size_t columns = 80;  // 80 if the size is unknown
  std::size_t rows = 0;      // 0 if the size is unknown
};

/// The present state of the stream with this descriptor, such as STDERR_FILENO.
Terminal terminal_of(int descriptor);

/// Number of columns for text on the stream: the terminal's width, otherwise no limit.
std::size_t text_columns(int descriptor);

/// Wraps the text into lines of at most `columns` columns. A longer word gets its own line. Returns
/// at least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// The wrapped text; each line ends in "\n".
std::string paragraph(std::string_view text, std::size_t columns);

}  // namespace reslab::app
