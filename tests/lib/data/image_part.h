#pragma once

#include <algorithm>

#include "reslab/data/image.h"

namespace reslab {

/// Whether `part`, which contains the window `held` of the whole image, equals it in `wanted`.
inline bool equal(const Image& whole, const Image& part, const Window& held, const Window& wanted) {
  for (int y = wanted.top; y < wanted.top + wanted.height; ++y) {
    const auto* expected = whole.pixels.data() + 3 * (y * whole.width + wanted.left);
    const auto* got =
        part.pixels.data() + 3 * ((y - held.top) * held.width + wanted.left - held.left);
    if (!std::equal(expected, expected + 3 * wanted.width, got)) return false;
  }
  return true;
}

}  // namespace reslab
