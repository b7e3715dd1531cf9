#pragma once

#include <string>
#include <vector>

namespace reslab::app {

/// The kind of words that a shell offers for an argument or for the value of an option.
enum class Completion {
  none,
  words,       // one of `words`
  files,       // any file
  folders,     // any folder
  json_files,  // experiment files
  networks,    // NAME or NAME:SETTING=VALUE,…
  models,      // a run's folder, a weights file or a network
  data_sets,   // DATASET[:DIR]
  assignments  // POINTER=VALUE of an experiment file
};

/// An option of a subcommand.
struct Option {
  std::string name;         // without dashes: "output"
  std::string letter = {};  // of the short form: "o"; empty: there is none
  std::string value = {};   // placeholder of the value: "DIR"; empty: the option is a switch
  std::string meaning = {};
  std::string initial = {};  // the default; empty: there is none, or `meaning` states it
  Completion completion = Completion::none;
  std::vector<std::string> words = {};  // possible values
  bool repeatable = false;
};

struct OptionGroup {
  std::string heading;
  std::vector<Option> options;
};

struct Example {
  std::string command;
  std::string meaning;
};

/// Everything that the help, the man page, the Markdown pages and the completions say about a
/// subcommand. The parser reads the same options.
struct CommandDescription {
  std::string name;
  std::string arguments = {};  // positional arguments as the help shows them; empty: none
  std::string required = {};   // noun of the error if there is no argument; empty: it may be absent
  std::string meaning = {};    // one line without a full stop
  std::string details = {};    // whole sentences
  std::vector<OptionGroup> groups = {};
  std::vector<Example> examples = {};
  Completion completion = Completion::none;  // of the arguments
  std::vector<std::string> words = {};
  bool hidden = false;  // no help or page mentions it
};

/// All subcommands, in the order of the help.
const std::vector<CommandDescription>& command_descriptions();

/// The description of the subcommand. Throws InvalidInput if there is none of this name.
const CommandDescription& command_description(const std::string& name);

}  // namespace reslab::app
