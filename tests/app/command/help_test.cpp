#include "app/command/help.h"

#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<CommandDescription> shown_commands() {
  auto commands = command_descriptions();
  std::erase_if(commands, &CommandDescription::hidden);
  return commands;
}

/// The arguments after "reslab" in a line for a shell, without the quotes around words.
std::vector<std::string> arguments_in(const std::string& line) {
  const std::string program = "reslab ";
  const auto begin = line.find(program) + program.size();
  std::istringstream rest(line.substr(begin, line.find_first_of("|>)", begin) - begin));
  std::vector<std::string> words;
  for (std::string word; rest >> word;) {
    std::erase(word, '\'');
    words.push_back(word);
  }
  return words;
}

TEST(Help, FitsTheTerminal) {
  for (const std::size_t columns : {40, 60, 80}) {
    for (const auto& command : shown_commands()) {
      std::istringstream lines(help_text(command, columns));
      for (std::string line; std::getline(lines, line);) {
        const bool is_example = line.starts_with("  reslab ") || line.starts_with("  source ");
        EXPECT_LE(text_width(line), is_example ? 80 : columns) << line;
      }
    }
    std::istringstream lines(program_help(columns));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), columns) << line;
  }
}

TEST(Help, ShowsDefaultsWhereThereAreSome) {
  const auto text = help_text(command_description("run"), 80);
  EXPECT_THAT(text, HasSubstr("Directory for results [default: runs]\n"));
  EXPECT_THAT(text, HasSubstr("      --only GLOB           Train only runs whose names match\n"));
  EXPECT_THAT(text, Not(HasSubstr("default: ]")));
}

TEST(Help, PutsTheMeaningBelowALongLabel) {
  const CommandDescription command = {
      .name = "try",
      .meaning = "Try",
      .groups = {
          {"Options", {{.name = "a-long-name", .value = "WITH-A-VALUE", .meaning = "Does"}}}}};
  EXPECT_EQ(help_text(command, 80),
            "Try.\n\nUsage: reslab try [OPTION]…\n\nOptions:\n      --a-long-name WITH-A-VALUE\n"
            "                            Does\n");
}

TEST(Help, HasTwoExamplesPerCommandThatTheParserTakes) {
  for (const auto& command : shown_commands()) {
    EXPECT_GE(command.examples.size(), 2) << command.name;
    for (const auto& example : command.examples) {
      const auto words = arguments_in(example.command);
      ASSERT_FALSE(words.empty()) << example.command;
      EXPECT_EQ(words.front(), command.name);
      std::vector<const char*> argv;
      for (const auto& word : words) argv.push_back(word.c_str());
      EXPECT_NO_THROW(parse_arguments(command.name, static_cast<int>(argv.size()), argv.data()))
          << example.command;
      for (const auto& word : words)
        if (word.starts_with("experiments/")) {
          EXPECT_TRUE(std::ifstream(RESLAB_EXPERIMENTS + word.substr(11)).good()) << word;
        }
    }
  }
}

TEST(Help, OptionsOfACommandHaveDifferentNamesAndSayWhatTheyDo) {
  for (const auto& command : command_descriptions()) {
    std::set<std::string> names;
    for (const auto& group : command.groups)
      for (const auto& option : group.options) {
        EXPECT_TRUE(names.insert(option.name).second) << command.name << " --" << option.name;
        if (!option.letter.empty()) {
          EXPECT_TRUE(names.insert(option.letter).second) << command.name << " -" << option.letter;
        }
        EXPECT_FALSE(option.meaning.empty()) << option.name;
        EXPECT_FALSE(option.meaning.ends_with('.')) << option.meaning;
        EXPECT_EQ(option.completion == Completion::words, !option.words.empty()) << option.name;
      }
  }
}

TEST(Help, PagesInDocsAreCurrent) {
  for (const auto& command : shown_commands()) {
    std::ifstream file(RESLAB_COMMAND_PAGES "/" + command.name + ".md");
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), markdown_page(command))
        << "`reslab man --markdown docs/commands` writes the pages anew";
  }
}

TEST(Help, ManualPageNamesEveryCommandAndEscapesDashes) {
  const auto page = manual_page();
  for (const auto& command : shown_commands())
    EXPECT_THAT(page, HasSubstr(".SS \\fBreslab " + command.name + "\\fR"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIDIR\\fR"));
  EXPECT_THAT(page, Not(HasSubstr("reslab complete\\fR")));
}

}  // namespace
}  // namespace reslab::app
