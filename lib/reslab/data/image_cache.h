#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "reslab/data/image.h"

namespace reslab {

/// Images that were decoded once, by their numbers, up to a total of bytes; none is given up for
/// another. Every function may be called from several threads at once.
class ImageCache {
 public:
  /// For images numbered 0 … count − 1.
  ImageCache(std::int64_t count, std::int64_t bytes)
      : images_(static_cast<std::size_t>(count)), bytes_left_(bytes) {}
  ~ImageCache();
  ImageCache(const ImageCache&) = delete;
  ImageCache& operator=(const ImageCache&) = delete;

  /// The image, or null. It lives as long as the cache.
  const Image* find(std::int64_t index) const;

  /// Whether one of so many bytes could be kept, if no other thread is quicker.
  bool has_room(std::int64_t bytes) const { return bytes_left_ >= bytes; }

  /// Keeps the image where there is room for it. Returns it where it was kept, or another thread
  /// had kept it before; else null, and `image` is as it was.
  const Image* keep(std::int64_t index, Image& image);

 private:
  std::vector<std::atomic<const Image*>> images_;
  std::atomic<std::int64_t> bytes_left_;
};

}  // namespace reslab
