#include "app/command/arguments.h"

#include <iostream>

#include "reslab/base/error.h"

namespace reslab::app {

std::optional<cxxopts::ParseResult> parse_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv) {
  options.add_options()("h,help", "print this");
  try {
    auto given = options.parse(argc, argv);
    if (given.count("help") > 0) {
      std::cout << options.help();
      return std::nullopt;
    }
    if (!given.unmatched().empty())
      throw InvalidInput(options.program() + ": unexpected argument '" + given.unmatched().front() +
                         "'");
    return given;
  } catch (const cxxopts::exceptions::exception& error) {
    throw InvalidInput(options.program() + ": " + error.what());
  }
}

std::vector<std::string> values_of(const cxxopts::ParseResult& given, const std::string& option) {
  return given.count(option) > 0 ? given[option].as<std::vector<std::string>>()
                                 : std::vector<std::string>();
}

}  // namespace reslab::app
