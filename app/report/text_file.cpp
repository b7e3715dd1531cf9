#include "app/report/text_file.h"

#include <cerrno>
#include <cstring>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reslab/error.h"
#include "reslab/file.h"

namespace reslab::app {
namespace {

IoError failure(const std::filesystem::path& path, const char* what, int reason) {
  return IoError(path.string() + ": " + what + ": " + std::strerror(reason));
}

/// 0, or the errno of the write that failed.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

std::string read_text(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_text(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(text)));
  file.commit();
}

void make_directories(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw failure(path, "cannot be made a directory", error.value());
}

GrowingFile::GrowingFile(std::filesystem::path path)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  struct stat status{};
  if (descriptor_ < 0) throw failure(path_, "cannot be written", errno);
  if (::fstat(descriptor_, &status) == 0) size_ = static_cast<std::uintmax_t>(status.st_size);
}

GrowingFile::~GrowingFile() { ::close(descriptor_); }

void GrowingFile::append(std::string_view text) {
  if (const int reason = write_all(descriptor_, text); reason != 0) {
    [[maybe_unused]] const int undone = ::ftruncate(descriptor_, static_cast<off_t>(size_));
    throw failure(path_, "cannot be written", reason);
  }
  size_ += text.size();
}

}  // namespace reslab::app
