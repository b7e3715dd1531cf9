#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "reslab/data/image.h"

namespace reslab {

/// The first image of a file, as 8-bit RGB.
struct DecodedImage {
  Image image;
  int orientation = 1;  // EXIF's tag 274, not yet applied
};

// Decoders of one format each. All ignore transparency and colour profiles, as Pillow's
// convert("RGB") does, and keep the upper eight bits of 16-bit samples. All throw InvalidInput,
// with a message that begins with `where`, for damaged files and images that check_image_size()
// refuses.

DecodedImage decode_png(std::span<const std::byte> bytes, const std::string& where);

/// A still image or the first frame of an animation.
DecodedImage decode_webp(std::span<const std::byte> bytes, const std::string& where);

/// The first frame. Around a frame smaller than the screen, the screen has colour 0 or, if there is
/// one, the transparent colour.
DecodedImage decode_gif(std::span<const std::byte> bytes, const std::string& where);

/// The first page.
DecodedImage decode_tiff(std::span<const std::byte> bytes, const std::string& where);

/// Windows and OS/2 bitmaps with 1 to 32 bits per pixel, also run-length encoded.
DecodedImage decode_bmp(std::span<const std::byte> bytes, const std::string& where);

/// PBM, PGM and PPM, plain and raw.
DecodedImage decode_pnm(std::span<const std::byte> bytes, const std::string& where);

/// Whether the bytes begin with `start`.
bool begins_with(std::span<const std::byte> bytes, std::string_view start);

}  // namespace reslab
