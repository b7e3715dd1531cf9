#include "app/runs/messages.h"

#include <iostream>

#include <unistd.h>

#include "app/runs/terminal.h"

namespace reslab::app {
namespace {

Verbosity chosen = Verbosity::normal;

}  // namespace

void set_verbosity(Verbosity verbosity) { chosen = verbosity; }

Verbosity verbosity() { return chosen; }

void note(const std::string& line) {
  if (chosen != Verbosity::quiet) std::cerr << paragraph(line, text_columns(STDERR_FILENO));
}

void detail(const std::string& line) {
  if (chosen == Verbosity::verbose) std::cerr << paragraph(line, text_columns(STDERR_FILENO));
}

}  // namespace reslab::app
