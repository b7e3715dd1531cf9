#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "reslab/data/image.h"

namespace reslab {

/// A cache of decoded images with a limit on their total size in bytes. Never evicts an image.
/// Thread-safe.
class ImageCache {
 public:
  /// For the image indices 0 … count − 1.
  ImageCache(std::int64_t count, std::int64_t bytes)
      : images_(static_cast<std::size_t>(count)), bytes_left_(bytes) {}
  ~ImageCache() {
    for (auto& image : images_) delete image.load();
  }
  ImageCache(const ImageCache&) = delete;
  ImageCache& operator=(const ImageCache&) = delete;

  /// The image, or null if it is not cached. Valid as long as the cache.
  const Image* find(std::int64_t index) const {
    return images_[static_cast<std::size_t>(index)].load(std::memory_order_acquire);
  }

  /// Whether an image of this size would fit now; another thread may still take the room.
  bool has_room(std::int64_t bytes) const { return bytes_left_ >= bytes; }

  /// Moves the image into the cache if there is room. Returns the cached image, which another
  /// thread may have stored before; null if there is no room, then `image` is unchanged.
  const Image* keep(std::int64_t index, Image& image) {
    const auto size = static_cast<std::int64_t>(image.pixels.size());
    if (bytes_left_.fetch_sub(size) < size) {
      bytes_left_ += size;
      return nullptr;
    }
    auto kept = std::make_unique<const Image>(std::move(image));
    const Image* before = nullptr;
    if (images_[static_cast<std::size_t>(index)].compare_exchange_strong(before, kept.get()))
      return kept.release();
    bytes_left_ += size;
    return before;
  }

 private:
  std::vector<std::atomic<const Image*>> images_;
  std::atomic<std::int64_t> bytes_left_;
};

}  // namespace reslab
