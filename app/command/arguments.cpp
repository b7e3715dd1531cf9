#include "app/command/arguments.h"

#include <iostream>
#include <memory>

#include "app/command/help.h"
#include "app/runs/messages.h"
#include "reslab/base/cpu_count.h"
#include "reslab/base/error.h"

namespace reslab::app {

namespace {

void add_option(cxxopts::Options& options, const Option& option) {
  const auto names = (option.letter.empty() ? "" : option.letter + ",") + option.name;
  if (option.value.empty()) {
    options.add_options()(names, option.meaning);
    return;
  }
  std::shared_ptr<cxxopts::Value> value = cxxopts::value<std::string>();
  if (option.repeatable) value = cxxopts::value<std::vector<std::string>>();
  if (!option.initial.empty()) value = value->default_value(option.initial);
  options.add_options()(names, option.meaning, value);
}

cxxopts::Options options_of(const CommandDescription& command) {
  cxxopts::Options options("reslab " + command.name);
  for (const auto& group : command.groups)
    for (const auto& option : group.options) add_option(options, option);
  options.add_options()("h,help", "Print this help");
  if (!command.arguments.empty()) {
    options.add_options()("positional", "", cxxopts::value<std::vector<std::string>>());
    options.parse_positional("positional");
  }
  return options;
}

/// Reads --quiet and --verbose, where the subcommand has them.
void read_verbosity(const cxxopts::ParseResult& parsed) {
  const bool quiet = parsed.count("quiet") > 0;
  const bool verbose = parsed.count("verbose") > 0;
  if (quiet && verbose) throw InvalidInput("--quiet and --verbose exclude each other");
  if (quiet) set_verbosity(Verbosity::quiet);
  if (verbose) set_verbosity(Verbosity::verbose);
}

}  // namespace

std::optional<cxxopts::ParseResult> parse_arguments(const std::string& command, int argc,
                                                    const char* const* argv) {
  const auto& description = command_description(command);
  auto options = options_of(description);
  try {
    auto parsed = options.parse(argc, argv);
    if (parsed.count("help") > 0) {
      std::cout << help_text(description, help_columns());
      return std::nullopt;
    }
    read_verbosity(parsed);
    if (!parsed.unmatched().empty())
      throw InvalidInput("unexpected argument '" + parsed.unmatched().front() + "'");
    if (!description.required.empty() && positional_of(parsed).empty())
      throw InvalidInput("no " + description.required + " given, expected " + options.program() +
                         " " + description.arguments);
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

int threads_of(const cxxopts::ParseResult& parsed) {
  constexpr int kMostThreads = 1024;
  const auto threads = static_cast<int>(integer_of(parsed, "threads", 0, kMostThreads));
  return threads > 0 ? threads : usable_cpus();
}

}  // namespace reslab::app
