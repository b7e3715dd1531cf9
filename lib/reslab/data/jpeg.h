#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "reslab/data/image.h"

namespace reslab {

bool is_jpeg(std::span<const std::byte> bytes);

/// Size of a decoded JPEG file.
struct JpegSize {
  int height = 0;
  int width = 0;
  int divisor = 1;  // full size / decoded size: 1, 2, 4 or 8
};

/// The smallest size that the decoder can produce while the shorter side keeps at least
/// `short_side` pixels; the full size if `short_side` is 0. Throws InvalidInput, with a message
/// that begins with `where`, for a damaged header.
JpegSize jpeg_size(std::span<const std::byte> bytes, const std::string& where, int short_side);

/// Decodes a part of the image at 1/divisor of its size: the rows of `window`, and its columns or a
/// few more. Returns the window that was decoded to `part`; its pixels equal those of the whole
/// decoded image. Does not read the file past the last row. Throws InvalidInput like `jpeg_size`.
Window decode_jpeg(std::span<const std::byte> bytes, const std::string& where, int divisor,
                   const Window& window, Image& part);

}  // namespace reslab
