#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"

namespace reslab::app {

inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Result of one call of the program.
struct Result {
  int code = 0;  // exit code, or minus the signal that ended the program
  std::string out;
  std::string err;
};

/// Runs the program in the test's temporary directory.
class ProgramTest : public testing::Test {
 protected:
  /// Starts `reslab ARGUMENTS`.
  pid_t start(const std::string& arguments) {
    const auto command = "cd '" + folder_.path().string() +
                         "' && XDG_CACHE_HOME=\"$PWD/cache\" exec '" RESLAB_PROGRAM "' " +
                         arguments + " >out.txt 2>err.txt";
    const pid_t child = fork();
    if (child == 0) {
      execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      _exit(127);
    }
    return child;
  }

  Result wait(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
            content(folder_.path() / "out.txt"), content(folder_.path() / "err.txt")};
  }

  Result reslab(const std::string& arguments) { return wait(start(arguments)); }

  void write(const std::string& name, const std::string& text) { folder_.write(name, text); }

  Folder folder_;
};

}  // namespace reslab::app
