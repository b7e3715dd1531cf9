#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reslab/data/image.h"

namespace reslab {

constexpr int kLargestSide = 16384;                  // pixels of an image in a file
constexpr int kLargestInput = 4096;                  // pixels of a side of a network's input
constexpr std::int64_t kLargestImage = 100'000'000;  // pixels

/// Throws InvalidInput, with a message that begins with `where`, for empty images and images larger
/// than these limits.
void check_image_size(std::int64_t height, std::int64_t width, const std::string& where);

/// How image files are decoded.
struct ImageReading {
  int short_side = 0;   // pixels; a JPEG may be decoded smaller while its shorter side keeps these
  bool upright = true;  // turns images as their EXIF data say
  bool grey = false;    // makes images grey
};

/// Decodes an image file to 8-bit RGB, with the same values as Pillow's convert("RGB"). Detects the
/// format from the content: JPEG, PNG, WebP, GIF, TIFF, BMP, PPM, PGM or PBM. Throws InvalidInput,
/// with a message that begins with `where`, for other formats, damaged files, and images that
/// check_image_size() refuses.
Image decode_image(std::span<const std::byte> bytes, const std::string& where,
                   const ImageReading& reading = {});

/// The image as the bytes of a PNG file; empty if ResLab was built without libspng.
std::vector<std::byte> encode_png(const ImageView& image);

/// Reads an image file. Throws InvalidInput, naming the file, if it does not exist, cannot be read,
/// is not a regular file or is larger than 1 GiB.
std::vector<std::byte> read_image_file(const std::string& path);

/// Reads and decodes an image file. Throws like read_image_file() and decode_image().
Image read_image(const std::string& path, const ImageReading& reading = {});

}  // namespace reslab
