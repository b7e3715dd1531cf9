#include "app/runs/directory_lock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/runs/host_name.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

constexpr std::size_t kLongestOwner = 512;  // bytes

std::filesystem::path lock_file(const std::filesystem::path& directory) {
  return directory / "lock";
}

/// A lock of the open file. The other fcntl lock ends when any descriptor of the file is closed.
struct flock whole_file(short type) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string this_process() {
  return "process " + std::to_string(getpid()) + " on host " + host_name();
}

/// The text that the owner of a lock has written into its file.
std::string owner(int descriptor) {
  std::array<char, kLongestOwner> text{};
  const auto size = pread(descriptor, text.data(), text.size(), 0);
  return size > 0 ? visible_text({text.data(), static_cast<std::size_t>(size)}) : std::string();
}

/// Returns a descriptor, or -1. Does not wait if the file is a pipe that no process writes to.
int open_to_read(const std::filesystem::path& file) {
  return retried([&] { return open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
}

/// Whether the path still leads to the open file. The owner of a lock removes the file.
bool is_file_at(int descriptor, const std::filesystem::path& path) {
  struct stat open_file{};
  struct stat file{};
  return fstat(descriptor, &open_file) == 0 && stat(path.c_str(), &file) == 0 &&
         open_file.st_dev == file.st_dev && open_file.st_ino == file.st_ino;
}

}  // namespace

DirectoryLock::DirectoryLock(const std::filesystem::path& directory, IfTaken if_taken)
    : path_(lock_file(directory)) {
  const auto fail = [this](const char* what) {
    const int reason = errno;
    if (descriptor_ >= 0) close(descriptor_);
    throw IoError(path_.string() + ": " + what + ": " + std::strerror(reason));
  };
  for (;;) {
    // A link is not followed, because the lock's owner overwrites the file.
    descriptor_ = retried(
        [&] { return open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666); });
    if (descriptor_ < 0) fail("cannot be written");
    held_ = lock(if_taken);
    if (!held_ && errno != EAGAIN && errno != EACCES)
      fail("cannot be locked, expected a file system with locks");
    if (!held_ || is_file_at(descriptor_, path_)) break;
    close(descriptor_);
  }
  other_ = owner(descriptor_);
  if (!held_) {
    if (other_.empty()) other_ = "another process";
    return;
  }
  const auto text = this_process();
  if (retried([&] { return ftruncate(descriptor_, 0); }) != 0) fail("cannot be written");
  errno = write_all(descriptor_, std::as_bytes(std::span(text)));
  if (errno != 0) fail("cannot be written");
}

DirectoryLock::~DirectoryLock() {
  if (still_held()) retried([&] { return unlink(path_.c_str()); });
  close(descriptor_);
}

bool DirectoryLock::still_held() const {
  if (!held_) return false;
  // A new descriptor, because NFS shows what other machines have written to a file when it is
  // opened.
  const int descriptor = open_to_read(path_);
  if (descriptor < 0) return false;
  const bool ours = owner(descriptor) == this_process();
  close(descriptor);
  return ours;
}

bool DirectoryLock::exists(const std::filesystem::path& directory) {
  return std::filesystem::exists(lock_file(directory));
}

std::string DirectoryLock::holder(const std::filesystem::path& directory) {
  const int descriptor = open_to_read(lock_file(directory));
  if (descriptor < 0) return "";
  auto lock = whole_file(F_RDLCK);
  const bool taken = fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  auto name = taken ? owner(descriptor) : std::string();
  close(descriptor);
  return name;
}

/// Returns whether this process has the lock now. If not, errno says why.
bool DirectoryLock::lock(IfTaken if_taken) {
  auto lock = whole_file(F_WRLCK);
  const int command = if_taken == IfTaken::wait ? F_OFD_SETLKW : F_OFD_SETLK;
  int result = 0;
  do {
    result = fcntl(descriptor_, command, &lock);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

}  // namespace reslab::app
