#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reslab {

/// An image's bytes: height × width × 3 (RGB), row by row. Does not own them.
struct ImageView {
  int height = 0;
  int width = 0;
  const std::uint8_t* pixels = nullptr;
};

/// An image that owns its bytes.
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

/// A JPEG file in memory that has still to be decoded.
struct JpegFile {
  std::vector<std::byte> bytes;
  std::string path;
  int divisor = 1;  // of its size, when it is decoded
};

/// An image as it is to be seen, at `height` × `width`. What it is made from may be of another
/// size, or not yet decoded: so who needs a part of it decodes and resizes no more than that.
struct ScaledView {
  ImageView stored;  // without pixels where there is a file
  int height = 0;
  int width = 0;
  std::shared_ptr<const JpegFile> file;

  ScaledView(const ImageView& image) : ScaledView(image, image.height, image.width) {}
  ScaledView(int own_height, int own_width, const std::uint8_t* pixels)
      : ScaledView(ImageView{own_height, own_width, pixels}) {}
  ScaledView(const ImageView& image, int to_height, int to_width)
      : stored(image), height(to_height), width(to_width) {}

  /// Whether its bytes are there.
  bool is_stored() const { return !file && stored.height == height && stored.width == width; }
};

}  // namespace reslab
