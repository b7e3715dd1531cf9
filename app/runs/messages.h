#pragma once

#include <string>

namespace reslab::app {

/// How much the process says on stderr about what it does. Errors and warnings are always said.
enum class Verbosity { quiet, normal, verbose };

void set_verbosity(Verbosity verbosity);
Verbosity verbosity();

/// Writes a line to stderr unless the process is quiet.
void note(const std::string& line);

/// Writes a line to stderr if the process is verbose.
void detail(const std::string& line);

}  // namespace reslab::app
