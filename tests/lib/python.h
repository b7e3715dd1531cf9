#pragma once

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reslab {

/// A Python script that is asked line by line, so that its imports are paid for once.
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

  /// Sends a line and returns the line that comes back, what came of it where Python ended.
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
