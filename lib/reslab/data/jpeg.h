#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "reslab/data/image.h"

namespace reslab {

bool is_jpeg(std::span<const std::byte> bytes);

/// The smallest size that the decoder can produce while the shorter side keeps at least
/// `short_side` pixels; the full size if `short_side` is 0. `upright`: obeys the orientation in
/// EXIF data. Throws InvalidInput, with a message that begins with `where`, for a damaged header.
JpegSize jpeg_size(std::span<const std::byte> bytes, const std::string& where, int short_side,
                   bool upright = true);

/// Decodes a part of the image: the rows and columns of `window`, or a few more. Returns the window
/// that was decoded to `part`; its pixels equal those of the whole decoded image. Does not read the
/// file past what it needs. Throws InvalidInput like `jpeg_size`, also if pixels are lost; other
/// defects of the file are ignored.
Window decode_jpeg(std::span<const std::byte> bytes, const std::string& where, const JpegSize& size,
                   const Window& window, Image& part);

}  // namespace reslab
