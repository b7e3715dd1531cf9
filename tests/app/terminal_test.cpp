// Runs the program on a terminal of a given width.

#include <algorithm>
#include <cstdlib>

#include <gmock/gmock.h>
#include <pty.h>
#include <sys/ioctl.h>

#include "app/small_experiment.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class OnATerminal : public SmallExperimentTest {
 protected:
  /// Both streams of `reslab ARGUMENTS` with the variables set before it, and `keys` pressed
  /// after the first output.
  std::string shown(int columns, const std::string& variables, const std::string& arguments,
                    const std::string& keys = "") {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = 24;
    int terminal = -1;
    const auto command = "cd '" + folder_.path().string() + "' && exec env -u CI -u NO_COLOR " +
                         "TERM=xterm " + variables + " '" RESLAB_PROGRAM "' " + arguments;
    const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
      execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      _exit(127);
    }
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(terminal, buffer, sizeof buffer)) > 0;) {
      if (text.empty()) {
        EXPECT_EQ(::write(terminal, keys.data(), keys.size()), std::ssize(keys));
      }
      text.append(buffer, static_cast<std::size_t>(got));
    }
    int status = 0;
    waitpid(child, &status, 0);
    ::close(terminal);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << text;
    std::erase(text, '\a');
    return text;
  }
};

/// The lines without colours; of a line that was rewritten, what stays.
std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\033') {
      while (i < text.size() && (text[i] < 'A' || text[i] == '[')) ++i;
    } else if (text[i] == '\n') {
      lines.emplace_back();
    } else if (text[i] == '\r') {
      if (i + 1 < text.size() && text[i + 1] != '\n') lines.back().clear();
    } else {
      lines.back() += text[i];
    }
  }
  return lines;
}

TEST_F(OnATerminal, WorkersShareTheLastLines) {
  write("e.json", kExperiment);
  const auto text = shown(60, "", "run e.json --out runs --jobs 2 --set /recipe/iterations=200");
  EXPECT_THAT(text, HasSubstr("\033[2A"));  // two lines are rewritten
  for (const auto& line : lines_in(text)) EXPECT_LT(text_width(line), 61U) << line;
  for (const std::string run : {"plain-8\033[0m seed 1 [1/2]  ", "resnet-8\033[0m seed 1 [2/2]  "})
    EXPECT_THAT(text, HasSubstr(run));
}

TEST_F(OnATerminal, ARunFitsAndEndsInItsTestErrorAndCurves) {
  write("e.json", kExperiment);
  const auto text = shown(50, "", "run e.json --out runs");
  EXPECT_THAT(text, HasSubstr("\033[32mmet\033[0m"));
  const auto lines = lines_in(text);
  for (const auto& line : lines) EXPECT_LT(text_width(line), 51U) << line;
  EXPECT_EQ(std::ranges::count_if(lines,
                                  [](const std::string& line) {
                                    return line.starts_with("resnet-8 seed 1 [2/2]") &&
                                           line.find("test error") != line.npos;
                                  }),
            1)
      << text;
  EXPECT_THAT(text, HasSubstr("┤"));  // the curves
  // --once leaves what is on the terminal.
  EXPECT_THAT(shown(50, "", "watch --once runs/small"),
              AllOf(HasSubstr("┤"), Not(HasSubstr("\033[2J"))));
}

TEST_F(OnATerminal, NoColourMeansNoneAndCiMeansLines) {
  write("e.json", kExperiment);
  EXPECT_THAT(
      shown(80, "NO_COLOR=1", "run e.json --out runs"),
      AllOf(HasSubstr("┤"), HasSubstr("\r"), Not(HasSubstr("\033[1m")), Not(HasSubstr("\033[3"))));
  EXPECT_THAT(shown(80, "CI=true", "run e.json --out again"),
              AllOf(Not(HasSubstr("\033")), Not(HasSubstr("┤"))));
}

TEST_F(OnATerminal, ALongListGoesThroughThePager) {
  const std::string last = "record_every";
  const auto whole = shown(80, "PAGER=cat", "list recipe");
  EXPECT_THAT(whole, HasSubstr(last));
  EXPECT_EQ(shown(80, "PAGER=", "list recipe"), whole);
  EXPECT_EQ(shown(80, "PAGER=no-such-pager", "list recipe"), whole);
  EXPECT_EQ(shown(80, "TERM=dumb", "list recipe"), whole);
  EXPECT_EQ(shown(80, "PATH=/nonexistent PAGER=less", "list recipe"), whole);
  const auto start = shown(80, "PAGER='head -n 3'", "list recipe");
  EXPECT_EQ(lines_in(start).size(), 4U) << start;
  EXPECT_TRUE(whole.starts_with(start));
  // Ctrl-C ends the pager, not the program.
  EXPECT_THAT(shown(80, "PAGER='head -n 3; exec sleep 20'", "list recipe", "\x03"),
              Not(HasSubstr(last)));
}

TEST_F(OnATerminal, TablesFitTheirWidth) {
  for (const int columns : {40, 60, 80}) {
    const auto text = shown(columns, "", "describe resnet-20 resnet-110:block=bottleneck");
    for (const auto& line : lines_in(text))
      EXPECT_LE(static_cast<int>(text_width(line)), columns) << line;
  }
}

}  // namespace
}  // namespace reslab::app
