#pragma once

#include <optional>
#include <string>
#include <vector>

// cxxopts would cut every value that can be given several times at its commas; no argument has a
// NUL.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <cxxopts.hpp>

namespace reslab::app {

/// Parses a subcommand's arguments, `--help` being added to the options: then the help is printed
/// and nothing is returned. Throws InvalidInput for wrong usage.
std::optional<cxxopts::ParseResult> parse_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv);

/// The option's values, none if it was not given.
std::vector<std::string> values_of(const cxxopts::ParseResult& given, const std::string& option);

}  // namespace reslab::app
