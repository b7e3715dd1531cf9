#pragma once

#include <optional>
#include <string>
#include <vector>

// cxxopts splits the values of repeatable options at this character. The default is a comma, which
// values may contain; no argument can contain a NUL.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <cxxopts.hpp>

namespace reslab::app {

/// Adds `--help` to a subcommand's options and parses its arguments. If help is asked for, prints
/// it and returns nothing. Throws InvalidInput for wrong usage.
std::optional<cxxopts::ParseResult> parse_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv);

/// The value of an option without a default; empty if it is absent.
std::string value_of(const cxxopts::ParseResult& parsed, const std::string& option);

/// All values of a repeatable option; empty if it is absent.
std::vector<std::string> values_of(const cxxopts::ParseResult& parsed, const std::string& option);

}  // namespace reslab::app
