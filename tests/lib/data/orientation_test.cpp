#include "reslab/data/orientation.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/data/image_part.h"
#include "lib/data/image_writer.h"

namespace reslab {
namespace {

int orientation_of(const std::string& exif) {
  return exif_orientation(std::as_bytes(std::span(exif)));
}

// An image of 2 × 3 pixels with the values 1 … 6, turned.
std::string turned(int orientation) {
  Image image{2, 3, {}};
  for (std::uint8_t value = 1; value <= 6; ++value)
    for (int c = 0; c < 3; ++c) image.pixels.push_back(value);
  make_upright(image, orientation);
  std::string text;
  for (std::size_t i = 0; i < 6; ++i) {
    if (i > 0 && i % static_cast<std::size_t>(image.width) == 0) text += '/';
    text += static_cast<char>('0' + image.pixels[3 * i]);
  }
  return text;
}

TEST(Orientation, TurnsImagesAsExifSays) {
  EXPECT_EQ(turned(1), "123/456");
  EXPECT_EQ(turned(2), "321/654");
  EXPECT_EQ(turned(3), "654/321");
  EXPECT_EQ(turned(4), "456/123");
  EXPECT_EQ(turned(5), "14/25/36");
  EXPECT_EQ(turned(6), "41/52/63");
  EXPECT_EQ(turned(7), "63/52/41");
  EXPECT_EQ(turned(8), "36/25/14");
}

TEST(Orientation, FindsTheWindowInTheFile) {
  const auto whole = noise_image(11, 17);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    auto upright = whole;
    make_upright(upright, orientation);
    const Window wanted{2, 3, 5, 4};
    const auto stored = window_in_file(wanted, orientation, whole.height, whole.width);
    Image part{stored.height, stored.width, {}};
    for (int y = stored.top; y < stored.top + stored.height; ++y) {
      const auto* row = whole.pixels.data() + 3 * (y * whole.width + stored.left);
      part.pixels.insert(part.pixels.end(), row, row + 3 * stored.width);
    }
    make_upright(part, orientation);
    const auto held = window_upright(stored, orientation, whole.height, whole.width);
    EXPECT_EQ(held.top, wanted.top);
    EXPECT_EQ(held.left, wanted.left);
    EXPECT_TRUE(equal(upright, part, held, wanted));
  }
}

TEST(Orientation, IsReadInBothByteOrders) {
  const std::string little(
      "Exif\0\0II*\0\x08\0\0\0\x02\0"
      "\x0f\x01\x02\0\x01\0\0\0A\0\0\0"
      "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0",
      40);
  EXPECT_EQ(orientation_of(little), 6);
  const std::string big("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0", 22);
  EXPECT_EQ(orientation_of(big), 8);
}

TEST(Orientation, IsUprightIfTheDataAreDamaged) {
  const std::string exif("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0", 22);
  ASSERT_EQ(orientation_of(exif), 6);
  for (std::size_t size = 0; size < exif.size(); ++size)
    EXPECT_EQ(orientation_of(exif.substr(0, size)), 1);
  for (const char value : {'\0', '\x09', '\xff'}) {
    auto other = exif;
    other[18] = value;
    EXPECT_EQ(orientation_of(other), 1);
  }
  auto far = exif;
  far[7] = '\x7f';  // the directory is behind the end
  EXPECT_EQ(orientation_of(far), 1);
}

}  // namespace
}  // namespace reslab
