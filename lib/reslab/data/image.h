#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reslab {

/// The pixels of an image: height × width × 3 bytes (RGB), row by row. Does not own them.
struct ImageView {
  int height = 0;
  int width = 0;
  const std::uint8_t* pixels = nullptr;
};

/// An image that owns its pixels.
struct Image {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;

  ImageView view() const { return {height, width, pixels.data()}; }
};

/// A rectangle of an image, in pixels.
struct Window {
  int top = 0;
  int left = 0;
  int height = 0;
  int width = 0;
};

/// Makes the image grey: the luma of ITU-R 601 in all three channels, rounded like Pillow's.
inline void make_grey(Image& image) {
  for (auto* pixel = image.pixels.data(); pixel != image.pixels.data() + image.pixels.size();
       pixel += 3) {
    const auto luma = (19595U * pixel[0] + 38470U * pixel[1] + 7471U * pixel[2] + 0x8000U) >> 16;
    std::fill_n(pixel, 3, static_cast<std::uint8_t>(luma));
  }
}

/// The size and orientation that a JPEG file is decoded to.
struct JpegSize {
  int height = 0;  // of the decoded, upright image
  int width = 0;
  int divisor = 1;      // full size / decoded size: 1, 2, 4 or 8
  int orientation = 1;  // of the pixels in the file, as in EXIF
};

/// A JPEG file in memory that is not decoded yet.
struct JpegFile {
  std::vector<std::byte> bytes;
  std::string path;
  JpegSize size;
  bool grey = false;  // the decoded image is to be made grey
};

/// An image of `height` × `width` pixels that may still have to be decoded or resized. Code that
/// needs only a part of the image decodes and resizes only that part.
struct LazyImage {
  ImageView stored;  // its pixels are null if there is a file
  Window source;     // the part of the stored image that is resized
  int height = 0;
  int width = 0;
  std::shared_ptr<const JpegFile> file;

  LazyImage(const ImageView& image) : LazyImage(image, image.height, image.width) {}
  LazyImage(int stored_height, int stored_width, const std::uint8_t* pixels)
      : LazyImage(ImageView{stored_height, stored_width, pixels}) {}
  LazyImage(const ImageView& image, int to_height, int to_width)
      : stored(image),
        source{0, 0, image.height, image.width},
        height(to_height),
        width(to_width) {}

  /// A part of the stored image that is resized to `to_height` × `to_width`.
  LazyImage part(const Window& of_stored, int to_height, int to_width) const {
    LazyImage result = *this;
    result.source = of_stored;
    result.height = to_height;
    result.width = to_width;
    return result;
  }

  /// Whether the pixels are available without decoding or resizing.
  bool is_stored() const {
    return !file && stored.height == height && stored.width == width && source.height == height &&
           source.width == width;
  }
};

}  // namespace reslab
