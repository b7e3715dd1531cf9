#include "reslab/data/orientation.h"

#include <cstdint>
#include <utility>

#include "reslab/data/image_decoders.h"

namespace reslab {
namespace {

bool flips_rows(int orientation) {
  return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

bool flips_columns(int orientation) {
  return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}

Window transposed(const Window& window) {
  return {window.left, window.top, window.width, window.height};
}

/// The window after the rows and columns of an image of height × width are flipped.
Window flipped(Window window, int orientation, int height, int width) {
  if (flips_rows(orientation)) window.top = height - window.top - window.height;
  if (flips_columns(orientation)) window.left = width - window.left - window.width;
  return window;
}

}  // namespace

int exif_orientation(std::span<const std::byte> exif) {
  constexpr std::uint32_t kOrientation = 274;
  constexpr std::uint32_t kShort = 3;
  constexpr std::size_t kEntry = 12;
  if (begins_with(exif, {"Exif\0\0", 6})) exif = exif.subspan(6);
  const bool little_endian = begins_with(exif, {"II*\0", 4});
  if (!little_endian && !begins_with(exif, {"MM\0*", 4})) return 1;
  const auto number = [&](std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size && at + i < exif.size(); ++i)
      value |= std::to_integer<std::uint32_t>(exif[at + i])
               << 8 * (little_endian ? i : size - 1 - i);
    return value;
  };
  const std::size_t directory = number(4, 4);
  for (std::size_t i = 0; i < number(directory, 2); ++i) {
    const auto entry = directory + 2 + i * kEntry;
    if (entry + kEntry > exif.size()) return 1;
    if (number(entry, 2) != kOrientation) continue;
    const auto value = number(entry + 8, number(entry + 2, 2) == kShort ? 2 : 4);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Window window_in_file(const Window& window, int orientation, int height, int width) {
  return flipped(exchanges_sides(orientation) ? transposed(window) : window, orientation, height,
                 width);
}

Window window_upright(const Window& window, int orientation, int height, int width) {
  const auto turned = flipped(window, orientation, height, width);
  return exchanges_sides(orientation) ? transposed(turned) : turned;
}

void make_upright(Image& image, int orientation) {
  if (orientation == 1) return;
  const auto height = static_cast<std::size_t>(image.height);
  const auto width = static_cast<std::size_t>(image.width);
  const bool exchange = exchanges_sides(orientation);
  Image upright{exchange ? image.width : image.height, exchange ? image.height : image.width, {}};
  upright.pixels.resize(image.pixels.size());
  auto* to = upright.pixels.data();
  for (std::size_t y = 0; y < (exchange ? width : height); ++y)
    for (std::size_t x = 0; x < (exchange ? height : width); ++x) {
      auto row = exchange ? x : y;
      auto column = exchange ? y : x;
      if (flips_rows(orientation)) row = height - 1 - row;
      if (flips_columns(orientation)) column = width - 1 - column;
      const auto* from = image.pixels.data() + 3 * (row * width + column);
      for (std::size_t c = 0; c < 3; ++c) *to++ = from[c];
    }
  image = std::move(upright);
}

}  // namespace reslab
