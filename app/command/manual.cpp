// The help as pages for `man` and for docs/commands.
#include <filesystem>
#include <iostream>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/help.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

std::string replaced(const std::string& text, char from, const std::string& to) {
  std::string result;
  for (const char letter : text) result += letter == from ? to : std::string(1, letter);
  return result;
}

/// Text between troff's requests. A line must not begin with a dot or a quote.
std::string troff(const std::string& text) {
  const auto escaped = replaced(replaced(text, '\\', "\\e"), '-', "\\-");
  return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

std::string bold(const std::string& text) { return "\\fB" + troff(text) + "\\fR"; }

std::string italic(const std::string& text) { return "\\fI" + troff(text) + "\\fR"; }

std::string troff_label(const Option& option) {
  return (option.letter.empty() ? "" : bold("-" + option.letter) + ", ") +
         bold("--" + option.name) + (option.value.empty() ? "" : " " + italic(option.value));
}

std::string troff_section(const CommandDescription& command) {
  auto text = ".SS " + bold("reslab " + command.name) +
              (command.groups.empty() ? "" : " [\\fIOPTION\\fR]…") +
              (command.arguments.empty() ? "" : " " + italic(command.arguments)) + "\n" +
              troff(paragraph_of(command)) + "\n";
  for (const auto& group : command.groups)
    for (const auto& option : group.options)
      text += ".TP\n" + troff_label(option) + "\n" + troff(meaning_of(option)) + "\n";
  return text;
}

constexpr auto kBegin = R"(.TH RESLAB 1
.SH NAME
reslab \- experiments with residual networks
.SH SYNOPSIS
.B reslab
.I COMMAND
[\fIARGUMENT\fR]…
.SH DESCRIPTION
ResLab trains plain, residual and highway networks that a JSON file describes. It draws training and test curves,
prints tables beside the papers' numbers, and checks the claims that the file makes.
.PP
NETWORK is a name with the settings that differ from their defaults, such as \fBresnet\-56\fR or
\fBresnet\-110:block=bottleneck,shortcut=B\fR. MODEL is a run's directory, an exported file, or NETWORK with
\fB\-\-weights\fR. Every command prints its help with \fB\-\-help\fR.
.SH COMMANDS
)";

constexpr auto kEnd = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
A run failed, or a file could not be read or written.
.TP
.B 2
Wrong usage, an invalid file, missing or damaged data.
.TP
.B 3
An expectation of the experiment is not met.
.TP
.B 130
Interrupted; the state is saved, and the same command resumes.
.SH ENVIRONMENT
.TP
.B NO_COLOR
If set, the output has no colours.
.TP
.B CI
If set, the progress is printed as lines, as it is into files and pipes.
)";

}  // namespace

std::string manual_page() {
  std::string text = kBegin;
  std::string examples = ".SH EXAMPLES\n";
  for (const auto& command : command_descriptions()) {
    if (command.hidden) continue;
    text += troff_section(command);
    for (const auto& example : command.examples)
      examples += ".TP\n" + bold(example.command) + "\n" + troff(example.meaning) + "\n";
  }
  return text + examples + kEnd;
}

std::string markdown_page(const CommandDescription& command) {
  auto text = "# reslab " + command.name + "\n\n" + paragraph_of(command) + "\n\n```sh\n" +
              usage_of(command) + "\n```\n";
  for (const auto& group : command.groups) {
    text += "\n## " + group.heading + "\n\n| option | meaning |\n|---|---|\n";
    for (const auto& option : group.options)
      text += "| `" + replaced(label_of(option), '|', "\\|") + "` | " +
              replaced(meaning_of(option), '|', "\\|") + " |\n";
  }
  text += "\n## Examples\n";
  for (const auto& [line, meaning] : command.examples)
    text += "\n" + meaning + "\n\n```sh\n" + line + "\n```\n";
  return text;
}

int man_command(int argc, const char* const* argv) {
  const auto given = parse_arguments("man", argc, argv);
  if (!given) return kDone;
  if (given->count("markdown") == 0) {
    std::cout << manual_page();
    return kDone;
  }
  const std::filesystem::path directory = value_of(*given, "markdown");
  make_directories(directory);
  for (const auto& command : command_descriptions())
    if (!command.hidden) write_text(directory / (command.name + ".md"), markdown_page(command));
  return kDone;
}

}  // namespace reslab::app
