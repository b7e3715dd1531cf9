#include "app/inference/readable_images.h"

#include <exception>

namespace reslab::app {
namespace {

std::vector<FolderImages::File> files_of(const std::vector<std::string>& paths) {
  std::vector<FolderImages::File> files;
  for (const auto& path : paths) files.push_back({path, 0});
  return files;
}

}  // namespace

ReadableImages::ReadableImages(const std::vector<std::string>& paths, int short_side, int height,
                               int width)
    : files_(files_of(paths), {short_side, 0, true, 0}), height_(height), width_(width) {}

LazyImage ReadableImages::view(std::int64_t index, std::vector<std::uint8_t>& buffer) const {
  try {
    return files_.view(index, buffer);
  } catch (const std::exception& error) {  // InvalidInput and IoError, which name the file
    const std::lock_guard lock(mutex_);
    errors_[index] = error.what();
  }
  buffer.assign(static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_) * 3, 0);
  return {height_, width_, buffer.data()};
}

std::string ReadableImages::error(std::int64_t index) const {
  const std::lock_guard lock(mutex_);
  const auto found = errors_.find(index);
  return found == errors_.end() ? "" : found->second;
}

}  // namespace reslab::app
