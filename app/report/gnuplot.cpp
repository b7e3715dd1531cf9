#include "app/report/gnuplot.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sstream>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reslab/base/error.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is POSIX's.
extern char** environ;

namespace reslab::app {
namespace {

/// An anonymous temporary file. The child reads and writes files because two full pipes could block
/// parent and child forever.
class TemporaryFile {
 public:
  TemporaryFile() : file_(std::tmpfile(), &std::fclose) {
    if (!file_) fail();
  }

  int descriptor() const { return ::fileno(file_.get()); }

  void fill(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
        std::fflush(file_.get()) != 0)
      fail();
    return_to_begin();
  }

  std::string text() {
    return_to_begin();
    std::string text;
    char block[1 << 14];
    while (const std::size_t count = std::fread(block, 1, sizeof block, file_.get()))
      text.append(block, count);
    return text;
  }

 private:
  void return_to_begin() {
    if (std::fseek(file_.get(), 0, SEEK_SET) != 0) fail();
  }

  [[noreturn]] static void fail() {
    throw IoError(std::string("cannot use a temporary file: ") + std::strerror(errno));
  }

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

/// Runs gnuplot with these standard streams and returns its wait status.
int run_child(const TemporaryFile& in, const TemporaryFile& out, const TemporaryFile& messages) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, messages.descriptor(), STDERR_FILENO);
  char program[] = "gnuplot";
  char default_settings[] = "-d";
  char* arguments[] = {program, default_settings, nullptr};
  pid_t child = 0;
  const int reason = ::posix_spawnp(&child, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (reason == ENOENT)
    throw IoError(
        "drawing figures needs gnuplot, which is not installed: apt-get install gnuplot-nox");
  if (reason != 0) throw IoError(std::string("cannot start gnuplot: ") + std::strerror(reason));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      throw IoError(std::string("cannot wait for gnuplot: ") + std::strerror(errno));
  return status;
}

/// gnuplot's error message: the last line that is neither blank nor a "^" below the script.
std::string last_line(const std::string& messages) {
  std::istringstream lines(messages);
  std::string last;
  for (std::string line; std::getline(lines, line);)
    if (line.find_first_not_of(" ^\t") != std::string::npos) last = line;
  return last;
}

}  // namespace

std::string run_gnuplot(const std::string& script) {
  TemporaryFile in, out, messages;
  in.fill(script);
  const int status = run_child(in, out, messages);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw IoError("gnuplot failed: " + last_line(messages.text()));
  return out.text();
}

std::string gnuplot_literal(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    literal += control ? ' ' : c;
    if (c == '\'') literal += c;
  }
  return literal + "'";
}

}  // namespace reslab::app
