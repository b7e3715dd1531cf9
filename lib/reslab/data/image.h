#pragma once

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

/// A JPEG file in memory that is not decoded yet.
struct JpegFile {
  std::vector<std::byte> bytes;
  std::string path;
  int divisor = 1;  // the decoder divides the image's size by this
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
