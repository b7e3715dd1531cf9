#pragma once

#include <cstddef>

namespace reslab::app {

/// What a stream of the process can show.
struct Terminal {
  bool rewrites = false;     // a line can be written over: a terminal that is not "dumb"
  bool colour = false;       // it does, and NO_COLOR is not set (https://no-color.org)
  std::size_t columns = 80;  // 80 if the size is unknown
  std::size_t rows = 0;      // 0 if the size is unknown
};

/// The present state of the stream with this descriptor, such as STDERR_FILENO.
Terminal terminal_of(int descriptor);

}  // namespace reslab::app
