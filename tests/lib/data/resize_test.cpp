#include "reslab/data/resize.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "lib/data/image_writer.h"
#include "reslab/base/random.h"

namespace reslab {
namespace {

// The weight of input position k for output position i: a triangle around the output's centre.
double weight(int i, int k, int from, int to) {
  const double scale = static_cast<double>(from) / to;
  return std::max(0.0, 1 - std::abs(k + 0.5 - (i + 0.5) * scale) / std::max(scale, 1.0));
}

// Resizes by the definition: every output value is a weighted mean over the whole image.
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
  const auto image = noise_image(13, 17);
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

TEST(Resize, AWindowIsWhatTheWholeHasThere) {
  const auto image = noise_image(29, 41);
  for (const auto& [height, width] :
       {std::pair{29, 41}, {20, 28}, {14, 17}, {3, 30}, {40, 5}, {70, 90}, {1, 1}}) {
    const auto whole = resized(image.view(), height, width);
    Random random{2};
    for (int i = 0; i < 30; ++i) {
      Window window;
      window.height = 1 + static_cast<int>(random.below(height));
      window.width = 1 + static_cast<int>(random.below(width));
      window.top = static_cast<int>(random.below(height - window.height + 1));
      window.left = static_cast<int>(random.below(width - window.width + 1));
      Image buffer;
      const auto part = view_window({image.view(), height, width}, window, buffer);
      ResizedRows rows({image.view(), height, width}, window);
      ResizedRows mirrored({image.view(), height, width}, window, true);
      for (int y = 0; y < window.height; ++y) {
        const auto* expected = whole.pixels.data() + 3 * ((window.top + y) * width + window.left);
        const auto* row = rows.next();
        const auto* back = mirrored.next();
        for (int x = 0; x < window.width; ++x)
          for (int c = 0; c < 3; ++c) {
            const int value = expected[3 * x + c];
            ASSERT_EQ(part.pixels[static_cast<std::size_t>(y) * part.stride +
                                  static_cast<std::size_t>(3 * x + c)],
                      value);
            ASSERT_EQ(static_cast<int>(row[3 * x + c]), value);
            ASSERT_EQ(static_cast<int>(back[3 * (window.width - 1 - x) + c]), value);
          }
      }
    }
  }
}

TEST(Resize, KeepsWhatIsOfOneColour) {
  for (const int value : {0, 1, 127, 254, 255}) {
    const Image image{31, 23,
                      std::vector<std::uint8_t>(31 * 23 * 3, static_cast<std::uint8_t>(value))};
    for (const auto& [height, width] : {std::pair{7, 9}, {30, 22}, {100, 3}})
      for (const int pixel : resized(image.view(), height, width).pixels) ASSERT_EQ(pixel, value);
  }
}

TEST(Resize, MakesTheShorterSideAsLongAsAsked) {
  const auto size = [](int height, int width) {
    const auto result = with_short_side(height, width, 256);
    return std::pair(result.height, result.width);
  };
  EXPECT_EQ(size(500, 375), std::pair(std::int64_t{341}, std::int64_t{256}));
  EXPECT_EQ(size(375, 500), std::pair(std::int64_t{256}, std::int64_t{341}));
  EXPECT_EQ(size(100, 100), std::pair(std::int64_t{256}, std::int64_t{256}));
  EXPECT_EQ(size(1, 16384), std::pair(std::int64_t{256}, std::int64_t{256 * 16384}));
}

}  // namespace
}  // namespace reslab
