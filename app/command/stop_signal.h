#pragma once

#include <array>
#include <csignal>

namespace reslab::app {

inline constexpr std::array kStopSignals = {SIGINT, SIGTERM, SIGHUP};

/// From now on the first Ctrl-C, SIGTERM or SIGHUP asks the program to stop: stop_signal() returns
/// it. The next one ends the program, unless it comes within a second: launchers such as `timeout`
/// send a signal to a process and again to its group. A signal that is ignored, as SIGHUP is under
/// nohup, stays ignored. SIGPIPE is ignored: if the reader of the output ends, the work goes
/// on.
void handle_stop_signals();

/// The signal that asks the program to stop, or 0.
int stop_signal();

}  // namespace reslab::app
