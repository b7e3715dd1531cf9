#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reslab {

/// All bytes of a file. Throws InvalidInput when there is no such file, IoError when it cannot be
/// read.
std::vector<std::byte> read_file(const std::filesystem::path& path);

/// A file that appears whole or not at all: written beside its place, brought to the disk, then
/// renamed over what was there. Without `commit` nothing stays behind. All throw IoError with the
/// path and the reason.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void commit();

 private:
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path path_;
  std::filesystem::path aside_;
  int descriptor_ = -1;
};

/// The whole file. Throws InvalidInput when there is no such file, IoError when it cannot be read.
std::string read_text(const std::filesystem::path& path);

/// Writes a whole file, all or nothing. Throws IoError with the path and the reason.
void write_text(const std::filesystem::path& path, std::string_view text);

/// Makes the directory and those above it. Throws IoError with the path and the reason.
void make_directories(const std::filesystem::path& path);

/// A file that grows at its end. Made when it does not exist.
class GrowingFile {
 public:
  /// Throws IoError with the path and the reason.
  explicit GrowingFile(std::filesystem::path path);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  bool empty() const { return size_ == 0; }

  /// Hands the text to the system at once, so that it outlives this process. Throws IoError, and
  /// then takes back what was written of the text.
  void append(std::string_view text);

 private:
  std::filesystem::path path_;
  int descriptor_;
  std::uintmax_t size_ = 0;
};

}  // namespace reslab
