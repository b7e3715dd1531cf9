#include "reslab/data/folder_images.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include "reslab/base/error.h"
#include "reslab/data/image_file.h"
#include "reslab/data/jpeg.h"
#include "reslab/data/parallel.h"
#include "reslab/data/resize.h"

namespace reslab {

FolderImages::FolderImages(std::vector<File> files, const DecodingOptions& options)
    : files_(std::move(files)),
      options_(options),
      cache_(static_cast<std::int64_t>(files_.size()), options.cache) {
  options_.largest_short_side = std::max(options_.short_side, options_.largest_short_side);
}

LazyImage FolderImages::view(std::int64_t index, std::vector<std::uint8_t>& buffer) const {
  return load(index, options_.short_side, buffer);
}

LazyImage FolderImages::training_view(std::int64_t index, Random& random,
                                      std::vector<std::uint8_t>& buffer) const {
  const auto more = random.below(options_.largest_short_side - options_.short_side + 1);
  return load(index, options_.short_side + static_cast<int>(more), buffer);
}

LazyImage FolderImages::load(std::int64_t index, int short_side,
                             std::vector<std::uint8_t>& buffer) const {
  if (const auto* cached = cache_.find(index)) return scaled(cached->view(), short_side, index);
  const auto& path = this->path(index);
  const int largest =
      options_.exact ? 0 : std::max(options_.largest_short_side, options_.decoded_short_side);
  auto bytes = read_image_file(path);
  if (!options_.exact && is_jpeg(bytes)) {
    const auto size = jpeg_size(bytes, path, largest, options_.upright);
    auto view = scaled({size.height, size.width, nullptr}, short_side, index);
    if (!cache_.has_room(cached_bytes(view))) {
      view.file =
          std::make_shared<const JpegFile>(JpegFile{std::move(bytes), path, size, options_.grey});
      return view;
    }
  }
  auto image = decode_image(bytes, path, {largest, options_.upright, options_.grey});
  const auto view = scaled(image.view(), short_side, index);
  if (caches_resized() && cache_.has_room(cached_bytes(view))) image = resized(view);
  if (const auto* cached = cache_.keep(index, image))
    return scaled(cached->view(), short_side, index);
  buffer = std::move(image.pixels);
  return scaled({image.height, image.width, buffer.data()}, short_side, index);
}

/// Caches resized images if only one size is requested, decoded images otherwise.
bool FolderImages::caches_resized() const {
  return options_.short_side == options_.largest_short_side && options_.decoded_short_side == 0;
}

std::int64_t FolderImages::cached_bytes(const LazyImage& image) const {
  return caches_resized() ? std::int64_t{3} * image.height * image.width
                          : std::int64_t{3} * image.stored.height * image.stored.width;
}

LazyImage FolderImages::scaled(const ImageView& image, int short_side, std::int64_t index) const {
  const auto size = with_short_side(image.height, image.width, short_side);
  if (std::max(size.height, size.width) > kLargestSide)
    throw InvalidInput(
        path(index) + ": " + std::to_string(image.width) + "x" + std::to_string(image.height) +
        " pixels; too long and narrow for a short side of " + std::to_string(short_side));
  return {image, static_cast<int>(size.height), static_cast<int>(size.width)};
}

std::map<std::int64_t, std::string> FolderImages::unreadable() const {
  constexpr std::int64_t kImagesAtOnce = 4;
  std::map<std::int64_t, std::string> lines;
  std::mutex mutex;
  for_each_chunk(size(), kImagesAtOnce, worker_count(), [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) try {
        // The smallest size of a JPEG still reads the whole file.
        scaled(read_image(path(i), {1, options_.upright, false}).view(), options_.short_side, i);
      } catch (const std::exception& error) {  // InvalidInput and IoError, which name the file
        const std::lock_guard lock(mutex);
        lines[i] = error.what();
      }
  });
  return lines;
}

}  // namespace reslab
