#include "reslab/data/color_jitter.h"

#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "lib/data/image_writer.h"
#include "lib/python.h"

namespace reslab {
namespace {

using Step = ColorChange::Step;

std::string question(const ColorChange& change, const Image& image) {
  const char* const names[] = {"brightness", "contrast", "saturation", "hue"};
  std::ostringstream line;
  line.precision(17);
  for (const auto step : change.order) line << names[static_cast<std::size_t>(step)] << ' ';
  line << change.brightness << ' ' << change.contrast << ' ' << change.saturation << ' '
       << change.hue;
  for (const int value : image.pixels) line << ' ' << value;
  return line.str();
}

TEST(ColorJitter, ChangesColorsLikeAReferenceInPython) {
  if (const auto reason = python_lacks("colorsys"); !reason.empty()) GTEST_SKIP() << reason;
  Python python(RESLAB_REFERENCE_FOLDER "/color_jitter.py");
  auto image = noise_image(5, 7);
  for (std::size_t k = 0; k < 9; ++k) image.pixels[k] = 128;  // grey has no hue
  for (std::size_t k = 9; k < 12; ++k) image.pixels[k] = 255;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Random random{i};
    const auto change = ColorJitter{0.8, 1.5, 2, 0.5}.draw(random);
    auto changed = image;
    change.apply(changed);
    std::istringstream reply(python.ask(question(change, image)));
    for (const int value : changed.pixels) {
      double expected = -1;
      reply >> expected;
      ASSERT_NEAR(value, expected, 0.502) << i;  // rounded to a byte
    }
  }
}

TEST(ColorJitter, DrawsFactorsInTheirRangesAndEveryOrder) {
  std::set<std::array<Step, 4>> orders;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Random random{i};
    const auto change = ColorJitter{0.4, 2, 0, 0.1}.draw(random);
    EXPECT_GE(change.brightness, 0.6);
    EXPECT_LT(change.brightness, 1.4);
    EXPECT_GE(change.contrast, 0);
    EXPECT_LT(change.contrast, 3);
    EXPECT_EQ(change.saturation, 1);
    EXPECT_LT(std::abs(change.hue), 0.1);
    orders.insert(change.order);
  }
  EXPECT_EQ(orders.size(), 24U);
}

TEST(ColorJitter, WithoutSettingsChangesNothing) {
  const auto image = noise_image(5, 7);
  auto same = image;
  Random random{1};
  ColorJitter{}.draw(random).apply(same);
  EXPECT_EQ(same.pixels, image.pixels);
}

}  // namespace
}  // namespace reslab
