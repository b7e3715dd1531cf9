#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace reslab::app {

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

}  // namespace reslab::app
