// This program's definitions of the C library's functions for files: calls from all shared
// libraries, such as std::filesystem and LibTorch, arrive here. They call the operating system
// directly.

#include "torture/file_operations.h"

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <fstream>
#include <mutex>
#include <set>
#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace reslab::torture {
namespace {

using Kind = FileOperation::Kind;

struct Watch {
  std::string root;  // empty: operations are neither recorded nor made to fail
  int log = -1;
  Fault fault{-1, 0, false};
  std::atomic<std::int64_t> count = 0;
  std::set<int> descriptors;  // of files below the root
  std::mutex mutex;
};

Watch& watch() {
  static Watch* const watch = new Watch;  // lives as long as the process's last call
  return *watch;
}

/// The path relative to the root; nothing if the file is not below it.
std::string below_root(const char* path) {
  const auto& root = watch().root;
  if (root.empty() || path == nullptr) return "";
  const auto whole =
      (path[0] == '/' ? std::filesystem::path(path) : std::filesystem::path(root) / path)
          .lexically_normal()
          .string();
  if (whole == root) return ".";
  return whole.starts_with(root + "/") ? whole.substr(root.size() + 1) : "";
}

std::string path_at(int directory, const char* path) {
  if (watch().root.empty()) return "";
  if (directory == AT_FDCWD || path[0] == '/') return below_root(path);
  char target[4096];
  const auto link = "/proc/self/fd/" + std::to_string(directory);
  const auto size = ::readlink(link.c_str(), target, sizeof target);
  if (size <= 0) return "";
  return below_root((std::string(target, static_cast<std::size_t>(size)) + "/" + path).c_str());
}

bool is_watched(int descriptor) {
  const std::scoped_lock lock(watch().mutex);
  return watch().descriptors.contains(descriptor);
}

/// Counts an operation. Returns whether it must fail, and sets errno then.
bool fails(bool takes_space) {
  const auto number = watch().count++;
  const auto& fault = watch().fault;
  if (fault.at < 0 || fault.error == 0) return false;
  if (number != fault.at && !(fault.stays && number > fault.at && takes_space)) return false;
  errno = fault.error;
  return true;
}

void put(std::string& bytes, const std::string& text) {
  const auto size = static_cast<std::uint64_t>(text.size());
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes += text;
}

void record(const FileOperation& operation) {
  if (watch().log < 0) return;
  const int kept = errno;
  std::string bytes = {static_cast<char>(operation.kind), static_cast<char>(operation.creates),
                       static_cast<char>(operation.truncates)};
  bytes.append(reinterpret_cast<const char*>(&operation.descriptor), sizeof operation.descriptor);
  bytes.append(reinterpret_cast<const char*>(&operation.offset), sizeof operation.offset);
  put(bytes, operation.path);
  put(bytes, operation.text);
  const std::scoped_lock lock(watch().mutex);
  if (syscall(SYS_write, watch().log, bytes.data(), bytes.size()) !=
      static_cast<long>(bytes.size()))
    std::abort();
  errno = kept;
}

int open_at(int directory, const char* path, int flags, mode_t mode) {
  const auto name = path_at(directory, path);
  const bool creates = (flags & O_CREAT) != 0;
  if (!name.empty() && fails(creates)) return -1;
  const auto descriptor =
      static_cast<int>(syscall(SYS_openat, directory, path, flags | O_LARGEFILE, mode));
  if (descriptor < 0 || name.empty()) return descriptor;
  {
    const std::scoped_lock lock(watch().mutex);
    watch().descriptors.insert(descriptor);
  }
  record({Kind::open, creates, (flags & O_TRUNC) != 0, descriptor, 0, name, ""});
  return descriptor;
}

ssize_t write_at(int descriptor, const void* data, std::size_t size, off_t offset, bool moves) {
  const auto real = [&](std::size_t count) {
    return static_cast<ssize_t>(moves ? syscall(SYS_write, descriptor, data, count)
                                      : syscall(SYS_pwrite64, descriptor, data, count, offset));
  };
  if (watch().root.empty() || !is_watched(descriptor)) return real(size);
  const auto& fault = watch().fault;
  if (fault.at == watch().count && fault.error == 0 && size > 1) size /= 2;
  if (fails(true)) return -1;
  const auto written = real(size);
  if (written > 0) {
    const auto begin = moves ? lseek(descriptor, 0, SEEK_CUR) - written : offset;
    record({Kind::write, false, false, descriptor, begin, "",
            std::string(static_cast<const char*>(data), static_cast<std::size_t>(written))});
  }
  return written;
}

int sync(int descriptor, long number) {
  const bool watched = !watch().root.empty() && is_watched(descriptor);
  if (watched && fails(false)) return -1;
  const auto result = static_cast<int>(syscall(number, descriptor));
  if (watched && result == 0) record({Kind::sync, false, false, descriptor, 0, "", ""});
  return result;
}

int rename_at(int from_directory, const char* from, int to_directory, const char* to) {
  const auto name = path_at(from_directory, from);
  const auto new_name = path_at(to_directory, to);
  const bool watched = !name.empty() || !new_name.empty();
  if (watched && fails(false)) return -1;
  const auto result =
      static_cast<int>(syscall(SYS_renameat2, from_directory, from, to_directory, to, 0U));
  if (watched && result == 0) record({Kind::rename, false, false, -1, 0, name, new_name});
  return result;
}

int unlink_at(int directory, const char* path, int flags) {
  const auto name = path_at(directory, path);
  if (!name.empty() && fails(false)) return -1;
  const auto result = static_cast<int>(syscall(SYS_unlinkat, directory, path, flags));
  const auto kind = (flags & AT_REMOVEDIR) != 0 ? Kind::rmdir : Kind::unlink;
  if (!name.empty() && result == 0) record({kind, false, false, -1, 0, name, ""});
  return result;
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

void begin(const std::filesystem::path& root) {
  watch().root = root.lexically_normal().string();
  watch().count = 0;
}

/// Reads the parts of a log in order.
class LogReader {
 public:
  explicit LogReader(std::string bytes) : bytes_(std::move(bytes)) {}

  bool done() const { return at_ == bytes_.size(); }

  template <class Number>
  Number number() {
    Number value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  std::string text() {
    const auto size = number<std::uint64_t>();
    return {take(size), size};
  }

 private:
  const char* take(std::size_t size) {
    if (size > bytes_.size() - at_) throw std::runtime_error("the log of operations is cut off");
    at_ += size;
    return bytes_.data() + at_ - size;
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace

void record_operations(const std::filesystem::path& root, const std::filesystem::path& log) {
  watch().log = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (watch().log < 0) throw std::runtime_error("cannot write " + log.string());
  begin(root);
}

std::vector<FileOperation> read_operations(const std::filesystem::path& log) {
  std::ifstream file(log, std::ios::binary);
  LogReader reader({std::istreambuf_iterator<char>(file), {}});
  std::vector<FileOperation> operations;
  while (!reader.done()) {
    FileOperation operation;
    operation.kind = static_cast<Kind>(reader.number<std::uint8_t>());
    operation.creates = reader.number<bool>();
    operation.truncates = reader.number<bool>();
    operation.descriptor = reader.number<int>();
    operation.offset = reader.number<std::int64_t>();
    operation.path = reader.text();
    operation.text = reader.text();
    operations.push_back(std::move(operation));
  }
  return operations;
}

void inject(const std::filesystem::path& root, const Fault& fault) {
  watch().fault = fault;
  begin(root);
}

std::int64_t operation_count() { return watch().count; }

}  // namespace reslab::torture

extern "C" {

using namespace reslab::torture;

// The C library's names belong to these functions in the program's table of symbols.
int own_open(const char* path, int flags, ...) __asm__("open");
int own_open64(const char* path, int flags, ...) __asm__("open64");
int own_openat(int directory, const char* path, int flags, ...) __asm__("openat");
int own_openat64(int directory, const char* path, int flags, ...) __asm__("openat64");
int own_close(int descriptor) __asm__("close");
ssize_t own_write(int descriptor, const void* data, size_t size) __asm__("write");
ssize_t own_pwrite(int descriptor, const void* data, size_t size, off_t offset) __asm__("pwrite");
ssize_t own_pwrite64(int descriptor, const void* data, size_t size,
                     off64_t offset) __asm__("pwrite64");
int own_fsync(int descriptor) __asm__("fsync");
int own_fdatasync(int descriptor) __asm__("fdatasync");
int own_ftruncate(int descriptor, off_t size) __asm__("ftruncate");
int own_ftruncate64(int descriptor, off64_t size) __asm__("ftruncate64");
int own_rename(const char* from, const char* to) __asm__("rename");
int own_renameat(int from_directory, const char* from, int to_directory,
                 const char* to) __asm__("renameat");
int own_unlink(const char* path) __asm__("unlink");
int own_unlinkat(int directory, const char* path, int flags) __asm__("unlinkat");
int own_rmdir(const char* path) __asm__("rmdir");
int own_remove(const char* path) __asm__("remove");
int own_mkdir(const char* path, mode_t mode) __asm__("mkdir");

int own_open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(AT_FDCWD, path, flags, mode);
}
int own_open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(AT_FDCWD, path, flags, mode);
}
int own_openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(directory, path, flags, mode);
}
int own_openat64(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(directory, path, flags, mode);
}
int own_close(int descriptor) {
  if (!watch().root.empty() && is_watched(descriptor)) {
    record({FileOperation::Kind::close, false, false, descriptor, 0, "", ""});
    const std::scoped_lock lock(watch().mutex);
    watch().descriptors.erase(descriptor);
  }
  return static_cast<int>(syscall(SYS_close, descriptor));
}
ssize_t own_write(int descriptor, const void* data, size_t size) {
  return write_at(descriptor, data, size, 0, true);
}
ssize_t own_pwrite(int descriptor, const void* data, size_t size, off_t offset) {
  return write_at(descriptor, data, size, offset, false);
}
ssize_t own_pwrite64(int descriptor, const void* data, size_t size, off64_t offset) {
  return write_at(descriptor, data, size, offset, false);
}
int own_fsync(int descriptor) { return sync(descriptor, SYS_fsync); }
int own_fdatasync(int descriptor) { return sync(descriptor, SYS_fdatasync); }
int own_ftruncate(int descriptor, off_t size) {
  const bool watched = !watch().root.empty() && is_watched(descriptor);
  if (watched && fails(false)) return -1;
  const auto result = static_cast<int>(syscall(SYS_ftruncate, descriptor, size));
  if (watched && result == 0)
    record({FileOperation::Kind::truncate, false, false, descriptor, size, "", ""});
  return result;
}
int own_ftruncate64(int descriptor, off64_t size) { return own_ftruncate(descriptor, size); }
int own_rename(const char* from, const char* to) { return rename_at(AT_FDCWD, from, AT_FDCWD, to); }
int own_renameat(int from_directory, const char* from, int to_directory, const char* to) {
  return rename_at(from_directory, from, to_directory, to);
}
int own_unlink(const char* path) { return unlink_at(AT_FDCWD, path, 0); }
int own_unlinkat(int directory, const char* path, int flags) {
  return unlink_at(directory, path, flags);
}
int own_rmdir(const char* path) { return unlink_at(AT_FDCWD, path, AT_REMOVEDIR); }
int own_remove(const char* path) {
  struct stat status{};
  if (lstat(path, &status) != 0) return -1;
  return unlink_at(AT_FDCWD, path, S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}
int own_mkdir(const char* path, mode_t mode) {
  const auto name = below_root(path);
  struct stat status{};
  if (!name.empty() && lstat(path, &status) != 0 && fails(true)) return -1;
  const auto result = static_cast<int>(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
  if (!name.empty() && result == 0)
    record({FileOperation::Kind::mkdir, false, false, -1, 0, name, ""});
  return result;
}
}
