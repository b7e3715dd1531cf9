#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "torture/program_run.h"
#include "torture/torture.h"

namespace reslab::torture {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLongExperiment = R"({
  "name": "torture",
  "data": {"name": "shapes", "train": 32, "test": 10, "validation": 4},
  "networks": {"connection": "plain", "depth": 8},
  "seeds": [1, 2, 3, 4],
  "recipe": {"iterations": 200, "batch": 4, "record_every": 5, "evaluate_every": 20},
  "export": ["onnx"],
  "checkpoint_every": 0.2
}
)";

constexpr int kSignals[] = {SIGKILL, SIGTERM, SIGINT, SIGHUP};

std::mt19937& random_numbers() {
  static std::mt19937 numbers(1);
  return numbers;
}

double random_seconds(double most) {
  return std::uniform_real_distribution(0.0, most)(random_numbers());
}

void sleep_for(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Starts the program itself in the directory. `number` tells the files of its messages apart.
pid_t start_program(const std::filesystem::path& directory, int number = 0, uid_t user = 0) {
  const pid_t child = fork();
  if (child != 0) return child;
  const auto messages = directory.string() + "." + std::to_string(number);
  const int file = open((messages + ".err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || dup2(file, STDERR_FILENO) < 0 || dup2(file, STDOUT_FILENO) < 0 ||
      (user != 0 && setuid(user) != 0) || chdir(directory.c_str()) != 0)
    _exit(126);
  setenv("XDG_CACHE_HOME", (directory / "cache").c_str(), 1);
  execl(RESLAB_PROGRAM, "reslab", "run", "torture.json", "--device", "cpu", "--threads", "1",
        nullptr);
  _exit(127);
}

Outcome wait_for_program(pid_t child, const std::filesystem::path& directory, int number = 0) {
  return wait_for(child, directory.string() + "." + std::to_string(number));
}

void prepare(const std::filesystem::path& directory) {
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  std::ofstream(directory / "torture.json") << kLongExperiment;
}

Outcome run_to_the_end(const std::filesystem::path& directory) {
  return wait_for_program(start_program(directory), directory);
}

using Results = std::map<std::string, std::string>;

/// Runs the command until it ends, and compares.
void expect_equal_end(const std::filesystem::path& directory, const Results& expected,
                      const std::string& what, Tally& tally) {
  const auto last = run_to_the_end(directory);
  const auto other = differences(expected, results_of(read_tree(directory)));
  if (last.code != 0 || !other.empty())
    tally.fail(fmt::format("{}: exit code {}; {}\n{}", what, last.code, other, last.err));
}

/// Two processes train the runs of one experiment. Both are killed and started again until all runs
/// have finished.
void kill_workers(const std::filesystem::path& work, double seconds, const Results& expected,
                  Tally& tally) {
  const auto directory = work / "killed";
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  std::map<int, std::int64_t> kills;
  std::int64_t rounds = 0;
  while (Clock::now() < end) {
    prepare(directory);
    pid_t workers[] = {start_program(directory, 0), start_program(directory, 1)};
    int turn = 0;
    for (;; turn = 1 - turn) {
      sleep_for(random_seconds(1.5));
      const int signal = kSignals[random_numbers()() % std::size(kSignals)];
      if (Clock::now() < end) kill(workers[turn], signal);
      const auto outcome = wait_for_program(workers[turn], directory, turn);
      const bool killed = outcome.code == -signal || outcome.code == 128 + signal;
      if (!killed && outcome.code != 0)
        tally.fail(
            fmt::format("exit code {} after signal {}\n{}", outcome.code, signal, outcome.err));
      if (!killed) break;
      ++kills[signal];
      workers[turn] = start_program(directory, turn);
    }
    wait_for_program(workers[1 - turn], directory, 1 - turn);
    expect_equal_end(directory, expected, "after kills", tally);
    ++rounds;
  }
  std::int64_t all = 0;
  for (const auto& [signal, count] : kills) all += count;
  tally.tried += all;
  fmt::print(
      "{} kills (SIGKILL {}, SIGTERM {}, SIGINT {}, SIGHUP {}) in {} experiments of 4 runs\n", all,
      kills[SIGKILL], kills[SIGTERM], kills[SIGINT], kills[SIGHUP], rounds);
}

/// Runs in a file system in memory that leaves a few bytes free, then with space again.
void fill_file_systems(const std::filesystem::path& work, std::int64_t count,
                       const Results& expected, Tally& tally) {
  const auto directory = work / "full";
  std::filesystem::create_directories(directory);
  if (unshare(CLONE_NEWNS) != 0 ||
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    fmt::print("skipped: a full file system, which needs the rights to mount one\n");
    return;
  }
  std::int64_t stopped = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    if (mount("torture", directory.c_str(), "tmpfs", 0, "size=64m") != 0) {
      fmt::print("skipped: a full file system, which this machine does not mount\n");
      return;
    }
    std::ofstream(directory / "torture.json") << kLongExperiment;
    struct statvfs space{};
    statvfs(directory.c_str(), &space);
    const auto page = static_cast<std::int64_t>(space.f_bsize);
    // The first time not a byte is free, the last time there is space for most files.
    const auto pages = i * (std::int64_t{10} << 20) / count / page;
    const int filler = open((directory / "filler").c_str(), O_WRONLY | O_CREAT, 0666);
    posix_fallocate(filler, 0, (static_cast<std::int64_t>(space.f_bavail) - pages) * page);
    close(filler);
    const auto outcome = run_to_the_end(directory);
    ++tally.tried;
    if (outcome.code == 1 && outcome.err.find(std::strerror(ENOSPC)) != outcome.err.npos)
      ++stopped;
    else
      tally.fail(fmt::format("{} free pages: exit code {}\n{}", pages, outcome.code, outcome.err));
    std::filesystem::remove(directory / "filler");
    expect_equal_end(directory, expected, fmt::format("{} free pages", pages), tally);
    umount(directory.c_str());
  }
  fmt::print("{} full file systems stopped the program with one line\n", stopped);
}

/// Takes the right to write from all directories of a run while it trains, and gives it back.
void forbid_writing(const std::filesystem::path& work, const Results& expected, Tally& tally) {
  constexpr uid_t kNobody = 65534;
  const auto directory = work / "read-only";
  const auto set_rights = [&directory](mode_t mode) {
    std::vector<std::string> folders = {directory.string()};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
      if (entry.is_directory()) folders.push_back(entry.path().string());
    for (const auto& folder : folders) chmod(folder.c_str(), mode);
  };
  prepare(directory);
  // Rights do not bind the user root.
  const uid_t user = geteuid() == 0 ? kNobody : 0;
  if (user != 0) {
    chmod(work.c_str(), 0755);
    if (chown(directory.c_str(), user, user) != 0) return;
  }
  const auto child = start_program(directory, 0, user);
  const auto end = Clock::now() + std::chrono::seconds(60);
  const auto checkpoint = directory / "runs/torture/plain-8/seed-1/checkpoint/state.safetensors";
  while (!std::filesystem::exists(checkpoint) && Clock::now() < end) sleep_for(0.002);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_directory()) chmod(entry.path().c_str(), 0555);
  const auto outcome = wait_for_program(child, directory);
  ++tally.tried;
  if (outcome.code != 1 || outcome.err.find(std::strerror(EACCES)) == outcome.err.npos)
    tally.fail(fmt::format("read-only: exit code {}\n{}", outcome.code, outcome.err));
  set_rights(0755);
  expect_equal_end(directory, expected, "read-only", tally);
  fmt::print("1 directory that became read-only stopped the program with one line\n");
}

}  // namespace

int try_kills(const std::filesystem::path& work, double seconds) {
  const auto whole = work / "whole";
  prepare(whole);
  const auto outcome = run_to_the_end(whole);
  if (outcome.code != 0) throw std::runtime_error("the undisturbed run failed: " + outcome.err);
  const auto expected = results_of(read_tree(whole));
  Tally tally;
  kill_workers(work, seconds, expected, tally);
  forbid_writing(work, expected, tally);
  fill_file_systems(work, seconds < 60 ? 2 : 40, expected, tally);
  fmt::print("{} disturbances, {} lost something\n", tally.tried, tally.failed);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace reslab::torture
