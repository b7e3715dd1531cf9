#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace reslab {

/// Returns all bytes of a file. Throws InvalidInput if the file does not exist, is a folder or a
/// device or has more than `most_bytes`, and IoError if it cannot be read.
std::vector<std::byte> read_file(const std::filesystem::path& path,
                                 std::size_t most_bytes = SIZE_MAX);

/// Whether there is anything at the path: also a link that leads nowhere, or a file that cannot be
/// read.
bool has_entry(const std::filesystem::path& path);

/// Throws IoError if the path is a folder, a device, a pipe or a link to an open file of a process,
/// such as /dev/stdout.
void require_replaceable(const std::filesystem::path& path);

/// Gives a written file its final name in the same directory: syncs the file, renames it, and syncs
/// the directory. After a power cut, the name refers either to the whole new file or to the old
/// one. Throws IoError with the path and the reason.
void put_in_place(const std::filesystem::path& temporary, const std::filesystem::path& path);

/// Removes a file if it exists. Throws IoError with the path and the reason.
void remove_file(const std::filesystem::path& path);

/// Removes a directory with everything in it if it exists. Removes links, not the files to which
/// they lead; `path` may be a link itself. Throws IoError with the path and the reason.
void remove_directory(const std::filesystem::path& path);

/// Returns the entries of a directory, sorted by path. Sets `error` if they cannot be read.
std::vector<std::filesystem::directory_entry> directory_entries(const std::filesystem::path& path,
                                                                std::error_code& error);

/// Returns the entries of a directory, sorted by path. Throws IoError with the path and the reason.
std::vector<std::filesystem::directory_entry> directory_entries(const std::filesystem::path& path);

/// Calls a system function until no signal interrupts it. On network file systems, a signal can
/// interrupt any of them.
template <class Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// Writes all bytes. Returns 0, or the errno of the write that failed.
int write_all(int descriptor, std::span<const std::byte> bytes);

/// Asks the operating system to forget its copy of a synced file, so that the next read comes from
/// the disk.
void drop_cached(const std::filesystem::path& path);

/// A file that appears whole or not at all. `write` fills a temporary file in the same directory;
/// `commit` gives it its final name. Without `commit`, the destructor removes the temporary file.
/// If the final name is a link, the file replaces it. All functions throw IoError with the path and
/// the reason.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_path_;
  int descriptor_ = -1;
};

/// Returns the text of a file. Throws like read_file.
std::string read_text(const std::filesystem::path& path, std::size_t most_bytes = SIZE_MAX);

/// Writes a whole file, all or nothing. Throws IoError with the path and the reason.
void write_text(const std::filesystem::path& path, std::string_view text);

/// Makes the directory and its parents, and syncs each directory that gets a new entry. Throws
/// IoError with the path and the reason.
void make_directories(const std::filesystem::path& path);

/// A file to append to. The constructor makes the file if it does not exist, and refuses a link.
class GrowingFile {
 public:
  /// Throws IoError with the path and the reason.
  explicit GrowingFile(std::filesystem::path path);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  bool empty() const { return size_ == 0; }

  /// Passes the text to the operating system at once, so that it is kept if the process is killed.
  /// If this fails, removes the part that was written and throws IoError.
  void append(std::string_view text);

  /// Returns when everything that was appended, and the file's name, is on the disk. Throws
  /// IoError.
  void sync();

 private:
  std::filesystem::path path_;
  bool name_is_synced_ = false;  // the directory's entry is on the disk
  int descriptor_;
  std::uintmax_t size_ = 0;
};

}  // namespace reslab
