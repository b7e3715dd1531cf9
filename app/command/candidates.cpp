#include "app/command/candidates.h"

#include <algorithm>
#include <filesystem>

#include "app/config/experiment.h"
#include "reslab/base/error.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

using Words = std::vector<Candidates::Word>;

/// All values of a boolean or a choice; empty for other settings.
std::vector<std::string> values_of(const Setting& setting) {
  if (setting.type == Setting::Type::boolean) return {"true", "false"};
  return setting.type == Setting::Type::choice ? setting.choices : std::vector<std::string>();
}

void add_values(const Setting& setting, const std::string& before, Words& words) {
  for (const auto& value : values_of(setting)) words.push_back({before + value, ""});
}

/// The networks of the papers and their settings.
Words networks(const std::string& word) {
  Words words;
  const auto colon = word.find(':');
  if (colon == std::string::npos) {
    for (const std::string kind : {"plain", "resnet", "highway"})
      for (const char* depth : {"20", "32", "44", "56", "110"})
        words.push_back({kind + "-" + depth, "CIFAR"});
    for (const char* depth : {"18", "34", "50", "101", "152"})
      words.push_back({std::string("resnet-") + depth, "ImageNet"});
    for (const char* name :
         {"plain-18", "plain-34", "vgg-11", "vgg-13", "vgg-16", "vgg-19", "alexnet"})
      words.push_back({name, "ImageNet"});
    for (const char* name : {"resnet-164", "resnet-1001", "wide-28", "highway-19"})
      words.push_back({name, "CIFAR"});
    return words;
  }
  try {
    const auto begin = word.find_last_of(":,") + 1;
    const auto spec = parse_network(word.substr(0, begin - 1));
    const auto before = word.substr(0, begin);
    const auto equals = word.find('=', begin);
    for (const auto& setting : network_settings()) {
      const bool named_already = setting.name == "connection" || setting.name == "depth";
      if (equals != std::string::npos) {
        if (word.substr(begin, equals - begin) == setting.name)
          add_values(setting, word.substr(0, equals + 1), words);
      } else if (!named_already && network_settings().unused(setting, spec).empty()) {
        words.push_back({before + setting.name + "=", setting.meaning});
      }
    }
  } catch (const InvalidInput&) {
    return {};  // nothing completes the name of a network that does not exist
  }
  return words;
}

/// Adds the candidates for the next level of the JSON pointer `before` + `rest`.
void add_pointers(const std::vector<Setting>& table, const std::string& before,
                  const std::string& rest, Words& words) {
  const auto slash = rest.find('/', 1);
  const auto equals = rest.find('=');
  for (const auto& setting : table) {
    const bool is_group = setting.type == Setting::Type::group;
    const auto pointer = before + "/" + setting.name;
    if (is_group && slash != std::string::npos && rest.substr(1, slash - 1) == setting.name)
      add_pointers(setting.members, pointer, rest.substr(slash), words);
    else if (equals != std::string::npos && rest.substr(1, equals - 1) == setting.name)
      add_values(setting, pointer + "=", words);
    else if (slash == std::string::npos && equals == std::string::npos)
      words.push_back({pointer + (is_group ? "/" : "="), setting.meaning});
  }
}

Words assignments(const std::string& word) {
  Words words;
  add_pointers(experiment_settings().list(), "", word.empty() ? "/" : word, words);
  // Several kinds may have a setting of the same name.
  std::ranges::stable_sort(words, {}, &Candidates::Word::text);
  const auto repeated = std::ranges::unique(words, {}, &Candidates::Word::text);
  words.erase(repeated.begin(), repeated.end());
  return words;
}

/// The data sets, and the folders after a data set and a colon.
Words data_sets(const std::string& word) {
  Words words;
  const auto colon = word.find(':');
  if (colon == std::string::npos) {
    for (const auto& name : data_settings().list().front().choices) words.push_back({name, ""});
    return words;
  }
  const auto path = word.substr(colon + 1);
  const auto folder = path.substr(0, path.rfind('/') + 1);  // npos + 1 is 0
  std::error_code ignored;  // a folder that cannot be read has no candidates
  for (const auto& entry : std::filesystem::directory_iterator(
           folder.empty() ? std::filesystem::path(".") : std::filesystem::path(folder), ignored))
    if (entry.is_directory(ignored))
      words.push_back(
          {word.substr(0, colon + 1) + folder + entry.path().filename().string() + "/", ""});
  std::ranges::sort(words, {}, &Candidates::Word::text);
  return words;
}

Candidates of_kind(Completion kind, const std::vector<std::string>& known,
                   const std::string& word) {
  Candidates found;
  if (kind == Completion::words)
    for (const auto& text : known) found.words.push_back({text, ""});
  if (kind == Completion::networks || kind == Completion::models) found.words = networks(word);
  if (kind == Completion::data_sets) found.words = data_sets(word);
  if (kind == Completion::assignments) found.words = assignments(word);
  if (kind == Completion::models)
    found.paths = Completion::files;
  else if (kind == Completion::files || kind == Completion::folders ||
           kind == Completion::json_files)
    found.paths = kind;
  return found;
}

/// The option that the word names: "--output", "--output=x" or "-o". Null if there is none.
const Option* option_of(const CommandDescription& command, const std::string& word) {
  for (const auto& group : command.groups)
    for (const auto& option : group.options)
      if (word.substr(0, word.find('=')) == "--" + option.name ||
          (!option.letter.empty() && word == "-" + option.letter))
        return &option;
  return nullptr;
}

/// The options that the words before do not give yet.
Words options_after(const CommandDescription& command, const std::vector<std::string>& words) {
  Words options;
  for (const auto& group : command.groups)
    for (const auto& option : group.options) {
      const bool given = std::any_of(words.begin() + 1, words.end() - 1, [&](const auto& word) {
        return option_of(command, word) == &option;
      });
      if (option.repeatable || !given) options.push_back({"--" + option.name, option.meaning});
    }
  options.push_back({"--help", "Print the help"});
  return options;
}

Candidates of_command(const CommandDescription& command, const std::vector<std::string>& words) {
  const auto& word = words.back();
  const auto& before = words[words.size() - 2];
  if (const auto* option = option_of(command, before);
      option != nullptr && !option->value.empty() && before.find('=') == std::string::npos)
    return of_kind(option->completion, option->words, word);
  if (const auto equals = word.find('='); word.starts_with("--") && equals != std::string::npos) {
    const auto* option = option_of(command, word);
    if (option == nullptr) return {};
    auto found = of_kind(option->completion, option->words, word.substr(equals + 1));
    for (auto& candidate : found.words) candidate.text.insert(0, word.substr(0, equals + 1));
    found.paths = Completion::none;  // shells complete paths from the beginning of a word
    return found;
  }
  if (word.starts_with("-")) return {options_after(command, words), Completion::none};
  const bool after_model =
      command.arguments.starts_with("MODEL ") && words.size() > 2 && !before.starts_with("-");
  return after_model ? of_kind(Completion::files, {}, word)
                     : of_kind(command.completion, command.words, word);
}

}  // namespace

Candidates candidates(const std::vector<std::string>& words) {
  Candidates found;
  if (words.size() == 1) {
    for (const auto& command : command_descriptions())
      if (!command.hidden) found.words.push_back({command.name, command.meaning});
    for (const char* option : {"--help", "--version"}) found.words.push_back({option, ""});
  } else if (words.size() > 1) {
    const auto& all = command_descriptions();
    const auto command = std::ranges::find(all, words.front(), &CommandDescription::name);
    if (command != all.end()) found = of_command(*command, words);
  }
  std::erase_if(found.words, [&](const Candidates::Word& candidate) {
    return !candidate.text.starts_with(words.back());
  });
  return found;
}

}  // namespace reslab::app
