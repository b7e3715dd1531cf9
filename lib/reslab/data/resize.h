#pragma once

#include "reslab/data/image_file.h"

namespace reslab {

/// The image at another size: bilinear, and where it shrinks with the triangle widened by the
/// factor (antialiased), as Pillow and torchvision do; rounded once, at the end.
Image resized(const ImageView& image, int height, int width);

/// The height and width of an image after its shorter side was made `short_side`; the longer one is
/// rounded down, as torchvision does.
struct Size {
  std::int64_t height = 0;
  std::int64_t width = 0;
};
Size with_short_side(const ImageView& image, int short_side);

}  // namespace reslab
