#include "app/command/arguments.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>
#include <span>
#include <string_view>

#include "app/command/help.h"
#include "app/config/input_errors.h"
#include "app/runs/messages.h"
#include "reslab/base/cpu_count.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"

namespace reslab::app {

namespace {

std::vector<Option> options_of(const CommandDescription& command) {
  std::vector<Option> options = {{.name = "help", .letter = "h", .meaning = "Print this help"}};
  for (const auto& group : command.groups)
    options.insert(options.end(), group.options.begin(), group.options.end());
  return options;
}

/// Finds all mistakes in the options of a command line. cxxopts stops at the first one and takes
/// --switch=false for --switch.
class OptionCheck {
 public:
  explicit OptionCheck(const CommandDescription& command)
      : help_("reslab " + command.name + " --help"), options_(options_of(command)) {}

  /// Throws InvalidInput with a line for each mistake.
  void check(std::span<const char* const> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string_view word = words[i];
      if (word == "--") break;
      const auto* const open = word.starts_with("--")                     ? check_name(word)
                               : word.starts_with('-') && word.size() > 1 ? check_letters(word)
                                                                          : nullptr;
      if (open != nullptr) check_value(*open, ++i < words.size() ? words[i] : "");
    }
    errors_.raise();
  }

 private:
  /// Checks --NAME or --NAME=VALUE. Returns the option whose value is the next word.
  const Option* check_name(std::string_view word) {
    const auto equals = word.find('=');
    const std::string name(word.substr(2, equals - 2));
    const auto option = std::ranges::find(options_, name, &Option::name);
    if (option == options_.end()) {
      std::vector<std::string> known;
      for (const auto& other : options_) known.push_back(other.name);
      const auto meant = nearest(name, known);
      add_unknown("--" + name, meant ? "did you mean --" + *meant + "?" : "see " + help_);
    } else if (equals == word.npos) {
      return option->value.empty() ? nullptr : &*option;
    } else if (option->value.empty()) {
      errors_.add("--" + name, "takes no value, got " + in_quotes(word.substr(equals + 1)));
    } else {
      check_value(*option, word.substr(equals + 1));
    }
    return nullptr;
  }

  /// Checks -ABC, where the letter of an option with a value may be followed by the value. Returns
  /// the option whose value is the next word.
  const Option* check_letters(std::string_view word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const auto option = std::ranges::find(options_, word.substr(i, 1), &Option::letter);
      if (option == options_.end()) {
        add_unknown(std::string(word), "see " + help_);
        break;
      }
      if (option->value.empty()) continue;
      if (i + 1 == word.size()) return &*option;
      check_value(*option, word.substr(i + 1));
      break;
    }
    return nullptr;
  }

  void check_value(const Option& option, std::string_view value) {
    const auto name = "--" + option.name;
    if (value.empty())
      errors_.add(name, "no value given, expected " + name + " " + option.value);
    else if (!given_.insert(option.name).second && !option.repeatable)
      errors_.add(name, "given twice, expected once");
  }

  void add_unknown(const std::string& option, const std::string& hint) {
    errors_.add(option, "unknown option, " + hint);
  }

  std::string help_;
  std::vector<Option> options_;
  std::set<std::string> given_;  // options with values
  InputErrors errors_;
};

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

cxxopts::Options parser_of(const CommandDescription& command) {
  cxxopts::Options options("reslab " + command.name);
  for (const auto& option : options_of(command)) add_option(options, option);
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
  OptionCheck(description).check(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
  auto options = parser_of(description);
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
