#pragma once

#include <string>
#include <string_view>

namespace reslab::app {

/// What gnuplot writes to its standard output for a script; the user's own gnuplot settings are
/// left out. Throws IoError when gnuplot is not installed or refuses the script.
std::string run_gnuplot(const std::string& script);

/// A text as gnuplot's literal: nothing in it is read as markup or an escape; control characters
/// become blanks.
std::string gnuplot_literal(std::string_view text);

}  // namespace reslab::app
