#include "app/runs/interrupt.h"

#include <atomic>
#include <csignal>

namespace reslab::app {
namespace {

std::atomic<int> received = 0;

void remember(int signal) {
  received = signal;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  received = 0;
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

std::optional<int> Interrupt::exit_code() {
  const int signal = received;
  if (signal == 0) return std::nullopt;
  return 128 + signal;
}

}  // namespace reslab::app
