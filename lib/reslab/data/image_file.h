#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reslab/data/image.h"

namespace reslab {

constexpr int kLargestSide = 16384;                  // pixels
constexpr std::int64_t kLargestImage = 100'000'000;  // pixels

/// Throws InvalidInput, with a message that begins with `where`, for empty images and images larger
/// than these limits.
void check_image_size(std::int64_t height, std::int64_t width, const std::string& where);

/// Decodes a JPEG or PNG file to 8-bit RGB; detects the format from the content. Ignores
/// transparency and assumes that CMYK is inverted, as Adobe writes it. If `short_side` is above 0,
/// a JPEG may be decoded at a fraction of its size, which is faster. The shorter side keeps at
/// least `short_side` pixels. Throws InvalidInput, with a message that begins with `where`, for
/// other formats, damaged files, and images that check_image_size() refuses.
Image decode_image(std::span<const std::byte> bytes, const std::string& where, int short_side = 0);

/// Reads an image file. Throws InvalidInput, naming the file, if it is missing or larger than
/// 1 GiB, and IoError if reading fails.
std::vector<std::byte> read_image_file(const std::string& path);

/// Reads and decodes an image file. Throws like read_image_file() and decode_image().
Image read_image(const std::string& path, int short_side = 0);

}  // namespace reslab
