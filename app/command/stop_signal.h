#pragma once

#include <signal.h>

namespace reslab::app {

/// Printed after a signal has stopped the trainings.
inline constexpr auto kInterrupted = "interrupted; the same command continues from here\n";

/// From now on the first Ctrl-C, SIGTERM or SIGHUP asks the program to stop: stop_signal() returns
/// it. The next one ends the program, unless it comes within a second: launchers such as `timeout`
/// send a signal to a process and again to its group. A signal that is ignored, as SIGHUP is under
/// nohup, stays ignored. SIGPIPE is ignored: if the reader of the output ends, the work goes
/// on.
void handle_stop_signals();

/// The signal that asks the program to stop, or 0.
int stop_signal();

/// Undoes handle_stop_signals() for the signals that are not ignored.
void reset_stop_signals();

/// Lets the handled signals wait until the end of its life.
class StopSignalsBlocked {
 public:
  StopSignalsBlocked();
  ~StopSignalsBlocked();
  StopSignalsBlocked(const StopSignalsBlocked&) = delete;
  StopSignalsBlocked& operator=(const StopSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace reslab::app
