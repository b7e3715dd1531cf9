#include "app/command/jobs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "app/command/command.h"
#include "app/command/job_view.h"
#include "app/command/stop_signal.h"
#include "app/runs/terminal.h"
#include "reslab/base/error.h"

namespace reslab::app {
namespace {

constexpr double kShareOfMemory = 0.8;  // the rest is left to other programs
constexpr int kLongestPoll = 100;       // milliseconds
constexpr auto kBetweenViews = std::chrono::milliseconds(50);
constexpr auto kBetweenTicks = std::chrono::seconds(1);
constexpr std::size_t kBuffer = 4096;  // bytes

[[noreturn]] void fail(const char* what) {
  throw IoError(std::string(what) + ": " + std::strerror(errno));
}

/// The two ends of a stream from a process to this one.
struct Stream {
  int reader = -1;
  int writer = -1;
};

Stream make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
  return {ends[0], ends[1]};
}

/// A terminal, on which a process shows its progress in a line that it rewrites. Without one, a
/// pipe.
Stream make_terminal() {
  const int reader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (reader < 0) return make_pipe();
  std::array<char, 64> name{};
  int writer = -1;
  if (grantpt(reader) == 0 && unlockpt(reader) == 0 &&
      ptsname_r(reader, name.data(), name.size()) == 0)
    writer = open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios settings{};
  if (writer < 0 || tcgetattr(writer, &settings) != 0) {
    close(reader);
    if (writer >= 0) close(writer);
    return make_pipe();
  }
  cfmakeraw(&settings);
  tcsetattr(writer, TCSANOW, &settings);
  return {reader, writer};
}

void set_width(int terminal) {
  winsize size{};
  size.ws_col = static_cast<unsigned short>(terminal_of(STDERR_FILENO).columns);
  ioctl(terminal, TIOCSWINSZ, &size);  // a pipe has no size
}

/// Forks. The new process does not handle signals as this one does: it would forget a signal that
/// it gets before execv.
pid_t fork_without_handlers() {
  const StopSignalsBlocked blocked;
  const pid_t process = fork();
  if (process == 0) reset_stop_signals();
  return process;
}

/// Processes of this program that print to this one.
class Jobs {
 public:
  explicit Jobs(std::size_t count)
      : rewrites_(terminal_of(STDERR_FILENO).rewrites), view_(std::cerr, count, [] {
          const auto terminal = terminal_of(STDERR_FILENO);
          return terminal.rewrites ? std::max<std::size_t>(terminal.rows, 3) : 0;
        }) {}
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  ~Jobs() {
    for (const auto& job : jobs_) {
      if (job.process > 0) kill(job.process, SIGTERM);
      if (job.reader >= 0) close(job.reader);
    }
  }

  void start(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const auto [reader, writer] = rewrites_ ? make_terminal() : make_pipe();
    if (rewrites_) set_width(reader);
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    const pid_t parent = getpid();
    const pid_t process = fork_without_handlers();
    if (process < 0) fail("cannot start a process");
    if (process == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);  // saves the run if the parent is killed
      if (getppid() == parent && dup2(nothing, STDIN_FILENO) >= 0 &&
          dup2(nothing, STDOUT_FILENO) >= 0 && dup2(writer, STDERR_FILENO) >= 0)
        execv("/proc/self/exe", argv.data());
      _exit(kFailed);
    }
    close(writer);
    close(nothing);
    fcntl(reader, F_SETFL, O_NONBLOCK);
    jobs_.push_back({process, reader});
  }

  /// Shows what the processes print, until all have ended. Returns the worst exit code.
  int wait(const std::function<void()>& tick) {
    int signalled = 0;
    auto next_tick = std::chrono::steady_clock::now();
    while (std::ranges::any_of(jobs_, [](const Job& job) { return job.process > 0; })) {
      if (signalled == 0 && stop_signal() != 0) {
        signalled = stop_signal();
        for (const auto& job : jobs_)
          if (job.process > 0) kill(job.process, signalled);
      }
      wait_for_output();
      for (std::size_t i = 0; i < jobs_.size(); ++i) {
        if (jobs_[i].process == 0) continue;
        if (rewrites_) set_width(jobs_[i].reader);
        int status = 0;
        const bool ended = waitpid(jobs_[i].process, &status, WNOHANG) == jobs_[i].process;
        read_output(i);
        if (ended) end(i, status);
      }
      view_.draw();
      if (std::chrono::steady_clock::now() >= next_tick) {
        tick();
        next_tick = std::chrono::steady_clock::now() + kBetweenTicks;
      }
    }
    return code_;
  }

 private:
  struct Job {
    pid_t process = 0;  // 0: it has ended
    int reader = -1;
  };

  void wait_for_output() {
    std::vector<pollfd> readers;
    for (const auto& job : jobs_)
      if (job.process > 0) readers.push_back({job.reader, POLLIN, 0});
    // The pause collects what is printed at about the same time, and limits how often the view is
    // drawn. A terminal that a process has closed is always ready.
    poll(readers.data(), readers.size(), kLongestPoll);
    std::this_thread::sleep_for(kBetweenViews);
  }

  void read_output(std::size_t i) {
    std::array<char, kBuffer> buffer{};
    for (ssize_t size = 0; (size = read(jobs_[i].reader, buffer.data(), buffer.size())) > 0;)
      view_.receive(i, {buffer.data(), static_cast<std::size_t>(size)});
  }

  void end(std::size_t i, int status) {
    close(jobs_[i].reader);
    jobs_[i] = {};
    view_.end(i);
    if (WIFEXITED(status)) {
      code_ = worse(code_, WEXITSTATUS(status));
    } else if (WTERMSIG(status) == stop_signal()) {
      view_.receive(i, kInterrupted);  // the signal came before the worker handled signals
    } else {
      view_.receive(i, fmt::format("reslab: a signal ended worker {} of {}: {}\n", i + 1,
                                   jobs_.size(), strsignal(WTERMSIG(status))));
    }
  }

  bool rewrites_;
  JobView view_;
  std::vector<Job> jobs_;
  int code_ = kDone;
};

}  // namespace

int automatic_jobs(const JobLimits& limits) {
  int jobs = std::min(limits.cpus / std::max(limits.threads, 1), limits.runs);
  if (limits.available_memory && limits.memory_of_worker > 0)
    jobs = static_cast<int>(std::min<double>(
        jobs, kShareOfMemory * *limits.available_memory / limits.memory_of_worker));
  return std::max(jobs, 1);
}

int run_jobs(const std::vector<std::vector<std::string>>& commands,
             const std::function<void()>& tick) {
  Jobs jobs(commands.size());
  for (const auto& command : commands) jobs.start(command);
  return jobs.wait(tick);
}

}  // namespace reslab::app
