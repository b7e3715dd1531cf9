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

/// Throws InvalidInput, one line beginning with `where`, for larger images and empty ones.
void check_image_size(std::int64_t height, std::int64_t width, const std::string& where);

/// Decodes a JPEG or PNG file, told apart by content. Grey becomes RGB, transparency is ignored, 16
/// bits become 8, CMYK (taken for Adobe's inverted one) becomes RGB. With a `short_side` above 0 a
/// JPEG may come out smaller than it is, its shorter side still at least so many pixels: then the
/// decoder has less to do. Throws InvalidInput, one line beginning with `where`,
/// for anything else, for damaged files, and for images larger than kLargestSide or kLargestImage.
Image decode_image(std::span<const std::byte> bytes, const std::string& where, int short_side = 0);

/// Reads an image file. Throws InvalidInput naming the file where it is missing or huge, and
/// IoError when it cannot be read.
std::vector<std::byte> read_image_file(const std::string& path);

/// Reads and decodes an image file. Throws InvalidInput naming the file, and IoError when it cannot
/// be read.
Image read_image(const std::string& path, int short_side = 0);

}  // namespace reslab
