#include "app/command/arguments.h"

#include <iostream>

#include "reslab/base/error.h"

namespace reslab::app {

std::optional<cxxopts::ParseResult> parse_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv,
                                                    const std::string& positional,
                                                    const std::string& required) {
  options.add_options()("h,help", "Print this help");
  if (!positional.empty()) {
    options.add_options()("positional", "", cxxopts::value<std::vector<std::string>>());
    options.positional_help(positional).parse_positional("positional");
  }
  try {
    auto parsed = options.parse(argc, argv);
    if (parsed.count("help") > 0) {
      std::cout << options.help();
      return std::nullopt;
    }
    if (!parsed.unmatched().empty())
      throw InvalidInput("unexpected argument '" + parsed.unmatched().front() + "'");
    if (!required.empty() && positional_of(parsed).empty())
      throw InvalidInput("no " + required + " given, expected " + options.program() + " " +
                         positional);
    return parsed;
  } catch (const cxxopts::exceptions::exception& error) {
    throw InvalidInput(error.what());
  }
}

std::vector<std::string> positional_of(const cxxopts::ParseResult& parsed) {
  return values_of(parsed, "positional");
}

std::string value_of(const cxxopts::ParseResult& parsed, const std::string& option) {
  return parsed.count(option) > 0 ? parsed[option].as<std::string>() : "";
}

std::vector<std::string> values_of(const cxxopts::ParseResult& parsed, const std::string& option) {
  return parsed.count(option) > 0 ? parsed[option].as<std::vector<std::string>>()
                                  : std::vector<std::string>();
}

SettingValue read_option(const cxxopts::ParseResult& parsed, const Setting& setting) {
  try {
    return parse_value(setting, parsed[setting.name].as<std::string>());
  } catch (const InvalidInput& error) {
    throw InvalidInput("--" + error.lines().front());
  }
}

std::int64_t integer_of(const cxxopts::ParseResult& parsed, const std::string& option,
                        std::int64_t low, std::int64_t high) {
  Setting setting;
  setting.name = option;
  setting.type = Setting::Type::integer;
  setting.low = static_cast<double>(low);
  setting.high = static_cast<double>(high);
  return std::get<std::int64_t>(read_option(parsed, setting));
}

}  // namespace reslab::app
