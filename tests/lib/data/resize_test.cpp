#include "reslab/data/resize.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "lib/data/image_writer.h"
#include "reslab/random.h"

namespace reslab {
namespace {

// The weight of input position k for output position i: a triangle around the output pixel's
// centre.
double weight(int i, int k, int from, int to) {
  const double scale = static_cast<double>(from) / to;
  return std::max(0.0, 1 - std::abs(k + 0.5 - (i + 0.5) * scale) / std::max(scale, 1.0));
}

// The definition itself: a weighted mean over the whole image for every output value.
double expected_value(const Image& image, int height, int width, int y, int x, int channel) {
  double sum = 0;
  double total = 0;
  for (int from_y = 0; from_y < image.height; ++from_y)
    for (int from_x = 0; from_x < image.width; ++from_x) {
      const double w =
          weight(y, from_y, image.height, height) * weight(x, from_x, image.width, width);
      const auto place = static_cast<std::size_t>((from_y * image.width + from_x) * 3 + channel);
      sum += w * image.pixels[place];
      total += w;
    }
  return sum / total;
}

TEST(Resize, IsTheWeightedMeanOfItsDefinition) {
  Image image{13, 17, {}};
  Random random{1};
  for (int i = 0; i < 13 * 17 * 3; ++i)
    image.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  for (const auto& [height, width] : {std::pair{5, 7}, {13, 6}, {1, 1}, {26, 20}, {13, 17}}) {
    const auto small = resized(image.view(), height, width);
    ASSERT_EQ(small.pixels.size(), static_cast<std::size_t>(height * width * 3));
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        for (int c = 0; c < 3; ++c)
          EXPECT_NEAR(small.pixels[static_cast<std::size_t>((y * width + x) * 3 + c)],
                      expected_value(image, height, width, y, x, c), 0.51);
  }
}

TEST(Resize, MakesTheShorterSideAsLongAsAsked) {
  const auto size = [](int height, int width) {
    const auto result = with_short_side(ImageView{height, width, nullptr}, 256);
    return std::pair(result.height, result.width);
  };
  EXPECT_EQ(size(500, 375), std::pair(std::int64_t{341}, std::int64_t{256}));
  EXPECT_EQ(size(375, 500), std::pair(std::int64_t{256}, std::int64_t{341}));
  EXPECT_EQ(size(100, 100), std::pair(std::int64_t{256}, std::int64_t{256}));
  EXPECT_EQ(size(1, 16384), std::pair(std::int64_t{256}, std::int64_t{256 * 16384}));
}

}  // namespace
}  // namespace reslab
