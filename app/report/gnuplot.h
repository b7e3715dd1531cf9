#pragma once

#include <string>
#include <string_view>

namespace reslab::app {

/// Runs the script and returns gnuplot's standard output. Ignores the user's gnuplot settings.
/// Throws IoError if gnuplot is not installed or fails.
std::string run_gnuplot(const std::string& script);

/// Quotes a text as a gnuplot string without escape sequences; control characters become spaces.
std::string gnuplot_literal(std::string_view text);

}  // namespace reslab::app
