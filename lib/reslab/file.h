#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
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

}  // namespace reslab
