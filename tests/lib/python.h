#pragma once

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reslab {

/// Returns why tests cannot use the named Python packages, or "" if they can. `packages` are
/// separated by spaces.
inline std::string python_lacks(const std::string& packages) {
  const auto command = "\"" RESLAB_PYTHON
                       "\" -c 'import sys, importlib.util as util\n"
                       "lacking = [name for name in sys.argv[1:] if not util.find_spec(name)]\n"
                       "if lacking: print(\"not installed:\", \", \".join(lacking))' " +
                       packages + " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string reason;
  for (int next = 0; pipe && (next = std::fgetc(pipe.get())) != EOF && next != '\n';)
    reason += static_cast<char>(next);
  return reason.empty() ? "" : "no comparison with Python ('" RESLAB_PYTHON "'): " + reason;
}

/// Runs a Python script that answers questions line by line, so that it imports its packages once.
class Python {
 public:
  explicit Python(const std::string& script) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) return;
    child_ = fork();
    if (child_ == 0) {
      dup2(ends[1], STDIN_FILENO);
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      execl(RESLAB_PYTHON, RESLAB_PYTHON, "-B", script.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    socket_ = ends[0];
  }
  ~Python() {
    close(socket_);
    waitpid(child_, nullptr, 0);
  }
  Python(const Python&) = delete;
  Python& operator=(const Python&) = delete;

  /// Sends a line and returns the line that comes back, incomplete if Python ended.
  std::string ask(const std::string& line) {
    const auto question = line + '\n';
    if (send(socket_, question.data(), question.size(), MSG_NOSIGNAL) < 0) return "no Python";
    std::string reply;
    for (char next = 0; read(socket_, &next, 1) == 1 && next != '\n';) reply += next;
    return reply;
  }

 private:
  pid_t child_ = -1;
  int socket_ = -1;
};

}  // namespace reslab
