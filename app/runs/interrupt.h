#pragma once

#include <optional>

namespace reslab::app {

/// While it lives, Ctrl-C and SIGTERM ask the program to stop instead of ending it; a second one
/// ends it at once. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// The exit code of the signal that came, 130 or 143, or nothing.
  static std::optional<int> exit_code();
};

}  // namespace reslab::app
