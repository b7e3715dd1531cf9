#include "app/runs/directory_lock.h"

#include <array>
#include <csignal>
#include <filesystem>
#include <iterator>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

using testing::EndsWith;
using testing::StartsWith;

/// A child process that holds the lock of a directory until it is killed.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& directory) {
    std::array<int, 2> ready{};
    EXPECT_EQ(pipe(ready.data()), 0);
    process_ = fork();
    if (process_ == 0) {
      const DirectoryLock lock(directory);
      const char answer = lock.held() ? 'y' : 'n';
      if (write(ready[1], &answer, 1) == 1) pause();
      _exit(0);
    }
    char answer = 0;
    EXPECT_EQ(::read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    close(ready[0]);
    close(ready[1]);
  }
  ~Holder() { kill(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void kill() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  std::string name() const { return "process " + std::to_string(process_) + " on host "; }

 private:
  pid_t process_ = 0;
};

TEST(DirectoryLock, NamesTheProcessThatHasIt) {
  const Folder folder;
  const Holder holder(folder.path());
  const DirectoryLock lock(folder.path());
  EXPECT_FALSE(lock.held());
  EXPECT_THAT(lock.other(), StartsWith(holder.name()));
}

TEST(DirectoryLock, CanBeAskedWithoutBeingTaken) {
  const Folder folder;
  EXPECT_EQ(DirectoryLock::holder(folder.path()), "");
  Holder holder(folder.path());
  EXPECT_THAT(DirectoryLock::holder(folder.path()), StartsWith(holder.name()));
  holder.kill();
  EXPECT_EQ(DirectoryLock::holder(folder.path()), "");
}

TEST(DirectoryLock, NamesADeadProcessAndTakesItsLock) {
  const Folder folder;
  Holder holder(folder.path());
  const auto name = holder.name();
  holder.kill();
  ASSERT_TRUE(std::filesystem::exists(folder / "lock"));
  const DirectoryLock lock(folder.path());
  EXPECT_TRUE(lock.held());
  EXPECT_THAT(lock.other(), StartsWith(name));
}

TEST(DirectoryLock, IsLostWhenAnotherMachineHasTakenIt) {
  const Folder folder;
  {
    const DirectoryLock lock(folder.path());
    EXPECT_TRUE(lock.still_held());
    EXPECT_FALSE(DirectoryLock(folder.path()).still_held());
    folder.write("lock", "process 4711 on host other");
    EXPECT_FALSE(lock.still_held());
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "lock"));  // it is the other's
}

TEST(DirectoryLock, LeavesNothingBehind) {
  const Folder folder;
  for (int i = 0; i < 3; ++i) {
    const DirectoryLock lock(folder.path());
    EXPECT_TRUE(lock.held());
    EXPECT_EQ(lock.other(), "");
    EXPECT_FALSE(DirectoryLock(folder.path()).held());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// Each of several processes adds 1 to a number in a file, many times.
TEST(DirectoryLock, WaitingProcessesTakeTurns) {
  constexpr int kProcesses = 4;
  constexpr int kTurns = 50;
  const Folder folder;
  folder.write("count", "0");
  for (int i = 0; i < kProcesses; ++i) {
    if (fork() != 0) continue;
    for (int turn = 0; turn < kTurns; ++turn) {
      const DirectoryLock lock(folder.path(), DirectoryLock::IfTaken::wait);
      int count = -1;
      std::ifstream(folder / "count") >> count;
      std::ofstream(folder / "count") << count + 1;
    }
    _exit(0);
  }
  for (int i = 0; i < kProcesses; ++i) wait(nullptr);
  int count = 0;
  std::ifstream(folder / "count") >> count;
  EXPECT_EQ(count, kProcesses * kTurns);
}

TEST(DirectoryLock, SaysThatADirectoryIsMissing) {
  const Folder folder;
  try {
    const DirectoryLock lock(folder.path() / "absent");
    FAIL();
  } catch (const IoError& error) {
    EXPECT_THAT(error.what(),
                EndsWith("absent/lock: cannot be written: No such file or directory"));
  }
}

std::ptrdiff_t open_files() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

TEST(DirectoryLock, ClosesAFileThatCannotBeItsLock) {
  const Folder folder;
  // A pipe can be opened and locked, but not truncated.
  ASSERT_EQ(mkfifo((folder / "lock").c_str(), 0600), 0);
  const auto before = open_files();
  EXPECT_THAT([&] { const DirectoryLock lock(folder.path()); },
              testing::ThrowsMessage<IoError>(testing::HasSubstr("lock: cannot be written")));
  EXPECT_EQ(open_files(), before);
  EXPECT_EQ(DirectoryLock::holder(folder.path()), "");
}

TEST(DirectoryLock, DoesNotWriteThroughALink) {
  const Folder folder;
  const auto other = folder.write("other", "content");
  std::filesystem::create_directory(folder / "run");
  std::filesystem::create_symlink(other, folder / "run/lock");
  EXPECT_THROW(const DirectoryLock lock(folder / "run"), IoError);
  EXPECT_EQ(read_text(other), "content");
}

}  // namespace
}  // namespace reslab::app
