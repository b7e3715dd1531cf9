#include "reslab/file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reslab/error.h"

namespace reslab {

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  const auto problem = [&path] { return path.string() + ": " + std::strerror(errno); };
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) throw InvalidInput(path.string() + ": no such file");
    throw IoError(problem());
  }
  // One byte more than the file says it has, so that the end is met where the bytes do not move.
  struct stat about{};
  const auto known = fstat(descriptor, &about) == 0 && about.st_size > 0
                         ? static_cast<std::size_t>(about.st_size) + 1
                         : 0;
  std::vector<std::byte> bytes(known);
  std::size_t size = 0;
  for (;;) {
    constexpr std::size_t kChunk = 1 << 20;
    if (size == bytes.size()) bytes.resize(size + kChunk);
    const auto got = read(descriptor, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const auto line = problem();
      close(descriptor);
      throw IoError(line);
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  close(descriptor);
  bytes.resize(size);
  return bytes;
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)), aside_(path_) {
  aside_ += ".partial";
  descriptor_ = open(aside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("cannot be written");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(aside_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (fsync(descriptor_) != 0) fail("cannot be brought to the disk");
  if (rename(aside_.c_str(), path_.c_str()) != 0) fail("cannot be put in its place");
  close(descriptor_);
  descriptor_ = -1;
}

void AtomicFile::fail(const char* what) const {
  throw IoError(path_.string() + ": " + what + ": " + std::strerror(errno));
}

}  // namespace reslab
