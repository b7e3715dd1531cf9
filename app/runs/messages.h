#pragma once

#include <string>

namespace reslab::app {

/// Amount of messages about progress on stderr. Errors and warnings are always printed.
enum class Verbosity { quiet, normal, verbose };

void set_verbosity(Verbosity verbosity);
Verbosity verbosity();

/// Writes a line to stderr unless the verbosity is `quiet`.
void note(const std::string& line);

/// Writes a line to stderr if the verbosity is `verbose`.
void detail(const std::string& line);

}  // namespace reslab::app
