#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

struct zip;  // libzip's

namespace reslab {

/// A zip file in memory as PyTorch writes it. Only records that are not compressed can be read.
/// Every function throws InvalidInput, with a message that begins with `where`, if it fails.
class ZipArchive {
 public:
  /// Reads the directory. Refuses a file whose records are together larger than the file: they
  /// overlap, so that a small file could use much memory. `file` must outlive the archive.
  ZipArchive(std::span<const std::byte> file, std::string where);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  /// The records' names in the order of the directory.
  const std::vector<std::string>& names() const { return names_; }
  bool has(const std::string& name) const;

  /// Reads a record and verifies its CRC-32.
  std::vector<std::byte> read(const std::string& name) const;

  /// Verifies the CRC-32 of every record that is not compressed.
  void verify() const;

 private:
  [[noreturn]] void fail(const std::string& what) const;
  void read_directory(std::size_t file_size);

  std::string where_;
  zip* archive_ = nullptr;
  std::vector<std::string> names_;
  std::vector<std::string> stored_;  // the names of the records that are not compressed
};

}  // namespace reslab
