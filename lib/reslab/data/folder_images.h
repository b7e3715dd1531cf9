#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "reslab/data/image_cache.h"
#include "reslab/data/images.h"

namespace reslab {

/// Options for decoding and resizing image files.
struct DecodingOptions {
  int short_side = 256;        // length of the shorter side after resizing, in pixels
  int largest_short_side = 0;  // in training, the shorter side is random from short_side to this
  bool exact = true;           // resizes from the full size; otherwise JPEGs are decoded smaller
  std::int64_t cache = 0;      // size of the cache in bytes
  // JPEGs keep at least this shorter side when they are decoded, because random resized crops take
  // parts of the decoded image; 0: there are no such crops.
  int decoded_short_side = 0;
  bool upright = true;  // turns images as their EXIF data say
  bool grey = false;    // makes images grey
};

/// Images in files, decoded on demand and cached while there is room.
class FolderImages : public Images {
 public:
  struct File {
    std::string path;
    std::int64_t label = 0;
  };

  FolderImages(std::vector<File> files, const DecodingOptions& options);

  std::int64_t size() const override { return static_cast<std::int64_t>(files_.size()); }
  std::int64_t label(std::int64_t index) const override {
    return files_[static_cast<std::size_t>(index)].label;
  }
  const std::string& path(std::int64_t index) const {
    return files_[static_cast<std::size_t>(index)].path;
  }
  LazyImage view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override;
  LazyImage training_view(std::int64_t index, Random& random,
                          std::vector<std::uint8_t>& buffer) const override;
  bool in_memory() const override { return false; }

  /// Decodes every image, with a thread for each CPU core. Returns a line for each image that
  /// cannot be decoded, by index.
  std::map<std::int64_t, std::string> unreadable() const;

 private:
  LazyImage load(std::int64_t index, int short_side, std::vector<std::uint8_t>& buffer) const;
  LazyImage scaled(const ImageView& image, int short_side, std::int64_t index) const;
  bool caches_resized() const;
  std::int64_t cached_bytes(const LazyImage& image) const;

  std::vector<File> files_;
  DecodingOptions options_;
  mutable ImageCache cache_;
};

}  // namespace reslab
