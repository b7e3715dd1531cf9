#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "reslab/data/image.h"

namespace reslab {

bool is_jpeg(std::span<const std::byte> bytes);

/// What a JPEG file is decoded to.
struct JpegSize {
  int height = 0;
  int width = 0;
  int divisor = 1;  // of the file's own size
};

/// The size in the file's header, halved up to three times as long as the shorter side keeps
/// `short_side` pixels; not at all where that is 0. Throws InvalidInput, one line beginning with
/// `where`, for a damaged header.
JpegSize jpeg_size(std::span<const std::byte> bytes, const std::string& where, int short_side);

/// Decodes rows of the image at that divisor: those of `wanted`, and at least its columns. Returns
/// which part of the image `part` is then: to the byte what the whole image has there. What follows
/// the last row is not looked at. Throws InvalidInput like `jpeg_size`.
Window decode_jpeg(std::span<const std::byte> bytes, const std::string& where, int divisor,
                   const Window& wanted, Image& part);

}  // namespace reslab
