#include "app/command/help.h"

#include <algorithm>

#include <unistd.h>

#include "app/runs/terminal.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

constexpr std::size_t kMeaningColumn = 28;  // of options and commands

/// The entry of an option or a command in a help of this width.
std::string help_entry(const std::string& label, const std::string& meaning, std::size_t columns) {
  constexpr std::size_t kGap = 2;
  return entry_text(label, meaning, std::min(kMeaningColumn, columns / 3 + 2), kGap, columns);
}

}  // namespace

std::string entry_text(const std::string& label, const std::string& meaning,
                       std::size_t meaning_column, std::size_t gap, std::size_t columns) {
  std::string text = "  " + label;
  const auto lines = wrapped(meaning, columns - meaning_column);
  const bool beside = text_width(text) + gap <= meaning_column;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0 || !beside) text += '\n';
    const auto used = i == 0 && beside ? text_width(text) : 0;
    text += std::string(meaning_column - used, ' ') + lines[i];
  }
  return text + "\n";
}

std::string usage_of(const CommandDescription& command) {
  return "reslab " + command.name + (command.groups.empty() ? "" : " [OPTION]…") +
         (command.arguments.empty() ? "" : " " + command.arguments);
}

std::string label_of(const Option& option) {
  return (option.letter.empty() ? "" : "-" + option.letter + ", ") + "--" + option.name +
         (option.value.empty() ? "" : " " + option.value);
}

std::string meaning_of(const Option& option) {
  return option.meaning + (option.initial.empty() ? "" : " [default: " + option.initial + "]");
}

std::string paragraph_of(const CommandDescription& command) {
  return command.meaning + "." + (command.details.empty() ? "" : " " + command.details);
}

std::size_t help_columns() { return std::clamp<std::size_t>(text_columns(STDOUT_FILENO), 40, 80); }

std::string help_text(const CommandDescription& command, std::size_t columns) {
  auto text = paragraph(paragraph_of(command), columns);
  text += "\n" + paragraph("Usage: " + usage_of(command), columns);
  for (const auto& group : command.groups) {
    text += "\n" + group.heading + ":\n";
    for (const auto& option : group.options)
      text += help_entry((option.letter.empty() ? "    " : "") + label_of(option),
                         meaning_of(option), columns);
  }
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const auto& example : command.examples) {
    text += "  " + example.command + "\n";
    for (const auto& line : wrapped(example.meaning, columns - 6)) text += "      " + line + "\n";
  }
  return text;
}

std::string program_help(std::size_t columns) {
  auto text = paragraph("ResLab: experiments with residual networks", columns) +
              "\nUsage: reslab COMMAND [ARGUMENT]…\n\nCommands:\n";
  for (const auto& command : command_descriptions())
    if (!command.hidden)
      text += help_entry(command.name + (command.arguments.empty() ? "" : " " + command.arguments),
                         command.meaning, columns);
  return text + "\n" +
         paragraph(
             "`reslab COMMAND --help` explains a command, `reslab --version` prints the "
             "version, `reslab --version --verbose` what the program is built with.",
             columns);
}

}  // namespace reslab::app
