#pragma once

#include <cstddef>
#include <span>

#include "reslab/data/image.h"

namespace reslab {

/// The orientation (1 to 8) in EXIF data, which begin with a TIFF header or with "Exif\0\0" before
/// it. Returns 1, upright, if there is none or if it is damaged.
int exif_orientation(std::span<const std::byte> exif);

/// Whether the orientation exchanges height and width.
constexpr bool exchanges_sides(int orientation) { return orientation >= 5; }

/// Turns and mirrors the pixels of a file so that the image is upright.
void make_upright(Image& image, int orientation);

/// The window of the file's pixels that becomes `window` of the upright image. `height` and `width`
/// are the file's.
Window window_in_file(const Window& window, int orientation, int height, int width);

/// The window of the upright image that `window` of the file's pixels becomes.
Window window_upright(const Window& window, int orientation, int height, int width);

}  // namespace reslab
