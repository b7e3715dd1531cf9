#include "reslab/base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ranges>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reslab/base/error.h"

namespace reslab {
namespace {

IoError failure(const std::filesystem::path& path, const char* what, int reason) {
  return IoError(path.string() + ": " + what + ": " + std::strerror(reason));
}

int open_file(const std::filesystem::path& path, int flags) {
  return retried([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
}

/// Opens a file to write. Links are not followed, because a directory of results from elsewhere may
/// contain links to any file.
int open_to_write(const std::filesystem::path& path, int flags) {
  // Without O_NONBLOCK, open would wait for a reader of a pipe.
  return open_file(path, flags | O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
}

IoError write_failure(const std::filesystem::path& path, int reason) {
  if (reason == ELOOP) return IoError(path.string() + ": cannot be written: it is a link");
  if (reason == ENXIO) return IoError(path.string() + ": cannot be written: it is a pipe");
  return failure(path, "cannot be written", reason);
}

/// Syncs a file to the disk. Throws IoError.
void sync_file(int descriptor, const std::filesystem::path& path) {
  if (retried([&] { return fsync(descriptor); }) != 0)
    throw failure(path, "cannot be synced to the disk", errno);
}

/// Closes a file at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

/// Syncs the parent directory, and so the entry of the file or directory. Throws IoError.
void sync_name(const std::filesystem::path& path) {
  const auto parent = std::filesystem::absolute(path).parent_path();
  const Descriptor directory(open_file(parent, O_RDONLY | O_DIRECTORY));
  if (directory.number() < 0) throw failure(parent, "cannot be read", errno);
  // Some network file systems cannot sync a directory, and say so with EINVAL.
  if (retried([&] { return fsync(directory.number()); }) != 0 && errno != EINVAL)
    throw failure(parent, "cannot be synced to the disk", errno);
}

}  // namespace

int write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = retried([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t most_bytes) {
  // Without O_NONBLOCK, open would wait for a pipe that nobody writes.
  const Descriptor descriptor(open_file(path, O_RDONLY | O_NONBLOCK));
  if (descriptor.number() < 0) {
    if (errno == ENOENT) throw InvalidInput(path.string() + ": no such file");
    if (errno == ELOOP) throw InvalidInput(path.string() + ": a link that leads to itself");
    throw failure(path, "cannot be read", errno);
  }
  struct stat about{};
  if (fstat(descriptor.number(), &about) != 0) throw failure(path, "cannot be read", errno);
  if (S_ISDIR(about.st_mode)) throw InvalidInput(path.string() + ": is a folder, expected a file");
  if (S_ISCHR(about.st_mode) || S_ISBLK(about.st_mode))
    throw InvalidInput(path.string() + ": is a device, expected a file");
  if (fcntl(descriptor.number(), F_SETFL, 0) != 0) throw failure(path, "cannot be read", errno);
  // Allocates one byte more than the file's size. The read that finds the end then needs no larger
  // buffer.
  const auto known = about.st_size > 0 ? static_cast<std::size_t>(about.st_size) + 1 : 0;
  std::vector<std::byte> bytes(std::min(known, most_bytes));
  std::size_t size = 0;
  for (;;) {
    constexpr std::size_t kChunk = 1 << 20;
    if (size == bytes.size()) bytes.resize(size + kChunk);
    const auto got = retried(
        [&] { return read(descriptor.number(), bytes.data() + size, bytes.size() - size); });
    if (got < 0) throw failure(path, "cannot be read", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > most_bytes)
      throw InvalidInput(path.string() + ": larger than " + std::to_string(most_bytes) +
                         " bytes, expected a smaller file");
  }
  bytes.resize(size);
  return bytes;
}

bool has_entry(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() !=
         std::filesystem::file_type::not_found;
}

void require_replaceable(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status))
    throw IoError(path.string() + ": cannot be written: it is a folder");
  // A rename would replace the link /dev/stdout for all programs.
  const auto target = std::filesystem::read_symlink(path, error);
  const bool of_process = target.string().starts_with("/proc/");
  if (of_process || (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)))
    throw IoError(path.string() + ": cannot be written: it is a device or a pipe");
}

void put_in_place(const std::filesystem::path& temporary, const std::filesystem::path& path) {
  require_replaceable(path);
  {
    const Descriptor file(open_file(temporary, O_RDONLY));
    if (file.number() < 0) throw failure(temporary, "cannot be read", errno);
    sync_file(file.number(), path);
  }
  if (retried([&] { return rename(temporary.c_str(), path.c_str()); }) != 0)
    throw failure(path, "cannot be put in its place", errno);
  sync_name(path);
}

void remove_file(const std::filesystem::path& path) {
  if (retried([&] { return unlink(path.c_str()); }) != 0 && errno != ENOENT)
    throw failure(path, "cannot be removed", errno);
}

void remove_directory(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_symlink(path, error)) return remove_file(path);
  if (!std::filesystem::exists(path, error)) return;
  for (const auto& entry : directory_entries(path)) {
    if (entry.is_directory(error))
      remove_directory(entry.path());
    else
      remove_file(entry.path());
  }
  if (retried([&] { return rmdir(path.c_str()); }) != 0)
    throw failure(path, "cannot be removed", errno);
}

std::vector<std::filesystem::directory_entry> directory_entries(const std::filesystem::path& path,
                                                                std::error_code& error) {
  std::filesystem::directory_iterator entry;
  do {
    entry = std::filesystem::directory_iterator(path, error);
  } while (error == std::errc::interrupted);
  std::vector<std::filesystem::directory_entry> entries;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    entries.push_back(*entry);
  std::ranges::sort(entries, {}, [](const auto& each) { return each.path().native(); });
  return entries;
}

std::vector<std::filesystem::directory_entry> directory_entries(const std::filesystem::path& path) {
  std::error_code error;
  auto entries = directory_entries(path, error);
  if (error) throw failure(path, "cannot be read", error.value());
  return entries;
}

void drop_cached(const std::filesystem::path& path) {
  const Descriptor file(open_file(path, O_RDONLY));
  if (file.number() >= 0) posix_fadvise(file.number(), 0, 0, POSIX_FADV_DONTNEED);
}

AtomicFile::AtomicFile(std::filesystem::path path)
    : path_(std::move(path)), temporary_path_(path_) {
  require_replaceable(path_);
  temporary_path_ += ".partial";
  descriptor_ = open_to_write(temporary_path_, O_TRUNC);
  if (descriptor_ < 0)
    throw write_failure(errno == ELOOP || errno == ENXIO ? temporary_path_ : path_, errno);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_path_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  if (const int reason = write_all(descriptor_, bytes); reason != 0)
    throw failure(path_, "cannot be written", reason);
}

void AtomicFile::commit() {
  put_in_place(temporary_path_, path_);
  close(descriptor_);
  descriptor_ = -1;
}

std::string read_text(const std::filesystem::path& path, std::size_t most_bytes) {
  const auto bytes = read_file(path, most_bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_text(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(text)));
  file.commit();
}

void make_directories(const std::filesystem::path& path) {
  std::error_code error;
  std::vector<std::filesystem::path> made;
  for (auto part = std::filesystem::absolute(path).lexically_normal();
       !std::filesystem::exists(part, error) && part.has_relative_path(); part = part.parent_path())
    made.push_back(part);
  for (const auto& part : std::views::reverse(made))
    if (retried([&] { return mkdir(part.c_str(), 0777); }) != 0 && errno != EEXIST)
      throw failure(path, "cannot be made a directory", errno);
  if (!std::filesystem::is_directory(path, error))
    throw failure(path, "cannot be made a directory", error ? error.value() : ENOTDIR);
  for (const auto& part : made) sync_name(part);
}

GrowingFile::GrowingFile(std::filesystem::path path)
    : path_(std::move(path)), descriptor_(open_to_write(path_, O_APPEND)) {
  struct stat status{};
  if (descriptor_ < 0) throw write_failure(path_, errno);
  if (::fstat(descriptor_, &status) == 0) size_ = static_cast<std::uintmax_t>(status.st_size);
}

GrowingFile::~GrowingFile() { ::close(descriptor_); }

void GrowingFile::append(std::string_view text) {
  if (const int reason = write_all(descriptor_, std::as_bytes(std::span(text))); reason != 0) {
    [[maybe_unused]] const int undone =
        retried([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size_)); });
    throw failure(path_, "cannot be written", reason);
  }
  size_ += text.size();
}

void GrowingFile::sync() {
  sync_file(descriptor_, path_);
  if (!name_is_synced_) sync_name(path_);
  name_is_synced_ = true;
}

}  // namespace reslab
