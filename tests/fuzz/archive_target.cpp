#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include "app/fetch/archive.h"
#include "fuzz/files_targets.h"

namespace reslab {
namespace {

// The layout of a header in a tar file (POSIX, pax).
constexpr std::size_t kBlock = 512;
constexpr std::size_t kSizeAt = 124, kSizeLength = 12;
constexpr std::size_t kChecksumAt = 148, kChecksumLength = 8;

/// Corrects the checksum of each header. Otherwise most inputs of a fuzzer would be refused for it.
std::string with_checksums(std::string tar) {
  for (std::size_t at = 0; at + kBlock <= tar.size();) {
    const auto header = std::span(tar).subspan(at, kBlock);
    std::ranges::fill(header.subspan(kChecksumAt, kChecksumLength), ' ');
    unsigned sum = 0;
    for (const char letter : header) sum += static_cast<unsigned char>(letter);
    std::ranges::copy(fmt::format("{:06o}", sum), header.begin() + kChecksumAt);
    header[kChecksumAt + kChecksumLength - 2] = '\0';
    std::size_t size = 0;
    const auto* const digits = header.data() + kSizeAt;
    std::from_chars(digits, digits + kSizeLength, size, 8);
    at += kBlock + std::min(tar.size(), (size + kBlock - 1) / kBlock * kBlock);
  }
  return tar;
}

}  // namespace

void read_archive(Bytes bytes, const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  constexpr std::int64_t kMostBytes = 4096;
  const auto archive = folder / "a.tar";
  const auto around = folder / "around";
  fs::remove_all(around);
  fs::create_directories(around / "out");
  std::ofstream(archive, std::ios::binary) << with_checksums(std::string(text_of(bytes)));
  try {
    expect_read_or_refused([&] { app::unpack(archive, around / "out", kMostBytes); });
  } catch (const IoError& error) {  // such as a name that is too long
    expect_lines({error.what()});
  }
  std::int64_t total = 0;
  for (const auto& entry : fs::recursive_directory_iterator(around)) {
    if (!entry.path().string().starts_with((around / "out").string()))
      throw std::logic_error("written outside of the folder");
    if (entry.is_symlink() || !(entry.is_regular_file() || entry.is_directory()))
      throw std::logic_error("neither a file nor a folder");
    if (entry.is_regular_file()) total += static_cast<std::int64_t>(entry.file_size());
  }
  if (total > kMostBytes) throw std::logic_error("more bytes than allowed");
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path() != archive && entry.path() != around)
      throw std::logic_error("written beside the folder");
}

}  // namespace reslab
