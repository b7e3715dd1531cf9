#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// cxxopts splits the values of repeatable options at this character. The default is a comma, which
// values may contain; no argument can contain a NUL.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <cxxopts.hpp>

#include "app/command/description.h"
#include "reslab/base/setting.h"

namespace reslab::app {

/// Parses the arguments of a subcommand, its name first. If help is asked for, prints it and
/// returns nothing. Throws InvalidInput for wrong usage.
std::optional<cxxopts::ParseResult> parse_arguments(const std::string& command, int argc,
                                                    const char* const* argv);

/// The positional arguments.
std::vector<std::string> positional_of(const cxxopts::ParseResult& parsed);

/// The value of an option without a default; empty if it is absent.
std::string value_of(const cxxopts::ParseResult& parsed, const std::string& option);

/// All values of a repeatable option; empty if it is absent.
std::vector<std::string> values_of(const cxxopts::ParseResult& parsed, const std::string& option);

/// The value of the option that has the setting's name. Throws InvalidInput if the setting cannot
/// have this value.
SettingValue read_option(const cxxopts::ParseResult& parsed, const Setting& setting);

/// The value of an option that takes an integer. Throws InvalidInput for any other text and for a
/// number out of range.
std::int64_t integer_of(const cxxopts::ParseResult& parsed, const std::string& option,
                        std::int64_t low, std::int64_t high);

/// The value of --threads, or the number of usable CPUs if it is 0. Throws InvalidInput.
int threads_of(const cxxopts::ParseResult& parsed);

}  // namespace reslab::app
