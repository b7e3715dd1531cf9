#include "app/command/stop_signal.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>

#include <time.h>

namespace reslab::app {
namespace {

constexpr std::array kStopSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr std::int64_t kNanoseconds = 1'000'000'000;  // in a second

std::atomic<int> received_signal = 0;
std::atomic<std::int64_t> received_at = 0;  // nanoseconds

void remember_signal(int signal) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto time = std::int64_t{now.tv_sec} * kNanoseconds + now.tv_nsec;
  if (received_signal == 0) {
    received_at = time;
    received_signal = signal;
  } else if (time - received_at > kNanoseconds) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

/// Ignored signals stay ignored.
void set_handlers(void (*handler)(int)) {
  for (const int signal : kStopSignals)
    if (std::signal(signal, handler) == SIG_IGN) std::signal(signal, SIG_IGN);
}

}  // namespace

void handle_stop_signals() {
  set_handlers(remember_signal);
  // If a reader of the output such as `head` ends, the training must go on.
  std::signal(SIGPIPE, SIG_IGN);
}

int stop_signal() { return received_signal; }

void reset_stop_signals() { set_handlers(SIG_DFL); }

StopSignalsBlocked::StopSignalsBlocked() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : kStopSignals) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, &before_);
}

StopSignalsBlocked::~StopSignalsBlocked() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace reslab::app
