#include "app/command/arguments.h"

#include <iostream>

#include "reslab/base/error.h"

namespace reslab::app {

std::optional<cxxopts::ParseResult> parse_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv) {
  options.add_options()("h,help", "Print this help");
  try {
    auto parsed = options.parse(argc, argv);
    if (parsed.count("help") > 0) {
      std::cout << options.help();
      return std::nullopt;
    }
    if (!parsed.unmatched().empty())
      throw InvalidInput(options.program() + ": unexpected argument '" +
                         parsed.unmatched().front() + "'");
    return parsed;
  } catch (const cxxopts::exceptions::exception& error) {
    throw InvalidInput(options.program() + ": " + error.what());
  }
}

std::string value_of(const cxxopts::ParseResult& parsed, const std::string& option) {
  return parsed.count(option) > 0 ? parsed[option].as<std::string>() : "";
}

std::vector<std::string> values_of(const cxxopts::ParseResult& parsed, const std::string& option) {
  return parsed.count(option) > 0 ? parsed[option].as<std::vector<std::string>>()
                                  : std::vector<std::string>();
}

}  // namespace reslab::app
