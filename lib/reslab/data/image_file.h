#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reslab/data/images.h"

namespace reslab {

/// An image that owns its bytes: height × width × 3, RGB.
struct Image {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;

  ImageView view() const { return {height, width, pixels.data()}; }
};

constexpr int kLargestSide = 16384;                  // pixels
constexpr std::int64_t kLargestImage = 100'000'000;  // pixels

/// Decodes a JPEG or PNG file, told apart by content. Grey becomes RGB, transparency is ignored, 16
/// bits become 8, CMYK (taken for Adobe's inverted one) becomes RGB. With a `short_side` above 0 a
/// JPEG may come out smaller than it is, its shorter side still at least so many pixels: then the
/// decoder has less to do. Throws InvalidInput, one line beginning with `where`,
/// for anything else, for damaged files, and for images larger than kLargestSide or kLargestImage.
Image decode_image(std::span<const std::byte> bytes, const std::string& where, int short_side = 0);

/// Reads and decodes an image file. Throws InvalidInput naming the file, and IoError when it cannot
/// be read.
Image read_image(const std::string& path, int short_side = 0);

}  // namespace reslab
