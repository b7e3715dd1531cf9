#pragma once

#include <optional>

namespace reslab::app {

/// While this object exists, the first Ctrl-C or SIGTERM asks the program to stop and the second
/// ends it. Only one object may exist at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Returns the exit code for the signal that arrived, 130 or 143, or nothing.
  static std::optional<int> exit_code();
};

}  // namespace reslab::app
