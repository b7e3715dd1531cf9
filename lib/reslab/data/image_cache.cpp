#include "reslab/data/image_cache.h"

#include <utility>

namespace reslab {

ImageCache::~ImageCache() {
  for (auto& image : images_) delete image.load();
}

const Image* ImageCache::find(std::int64_t index) const {
  return images_[static_cast<std::size_t>(index)].load(std::memory_order_acquire);
}

const Image* ImageCache::keep(std::int64_t index, Image& image) {
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

}  // namespace reslab
