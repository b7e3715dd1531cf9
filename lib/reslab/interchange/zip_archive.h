#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

struct zip;  // libzip's

namespace reslab {

/// The records of a zip file whose bytes are in memory, stored without compression, as PyTorch
/// writes them. Every failure is an InvalidInput that begins with `where`.
class ZipArchive {
 public:
  /// Reads the directory. Refuses a file whose records together are larger than the file: each
  /// could be a copy of the others. `file` must outlive the archive.
  ZipArchive(std::span<const std::byte> file, std::string where);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  /// In the order of the directory.
  const std::vector<std::string>& names() const { return names_; }
  bool has(const std::string& name) const;

  /// The record's bytes, their checksum (CRC-32) checked.
  std::vector<std::byte> read(const std::string& name) const;

 private:
  [[noreturn]] void fail(const std::string& what) const;
  void read_directory(std::size_t file_size);

  std::string where_;
  zip* archive_ = nullptr;
  std::vector<std::string> names_;
};

}  // namespace reslab
