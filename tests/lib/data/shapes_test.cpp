#include "reslab/data/shapes.h"

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace reslab {
namespace {

DataSet shapes(std::int64_t train, std::int64_t test, std::int64_t seed) {
  return ShapesSource({train, test, seed}).load(Splits::all);
}

std::string bytes(const Images& images, std::int64_t index) {
  std::vector<std::uint8_t> buffer;
  const auto view = images.view(index, buffer);
  return {view.stored.pixels, view.stored.pixels + kShapeBytes};
}

TEST(Shapes, AnImageIsAFunctionOfSeedPartAndNumber) {
  const auto few = shapes(300, 20, 5);
  const auto many = shapes(1000, 40, 5);
  const auto other = shapes(300, 20, 6);
  for (std::int64_t i = 0; i < 300; ++i) {
    EXPECT_EQ(bytes(*few.train, i), bytes(*many.train, i));
    EXPECT_EQ(few.train->label(i), many.train->label(i));
    EXPECT_NE(bytes(*few.train, i), bytes(*other.train, i));
  }
  std::set<std::string> different;
  for (std::int64_t i = 0; i < 1000; ++i) different.insert(bytes(*many.train, i));
  for (std::int64_t i = 0; i < 40; ++i) different.insert(bytes(*many.test, i));
  EXPECT_EQ(different.size(), 1040U);
}

TEST(Shapes, HasTenClassesEquallyOften) {
  const auto data = shapes(500, 100, 1);
  EXPECT_EQ(data.classes.size(), 10U);
  EXPECT_EQ(std::set(data.classes.begin(), data.classes.end()).size(), 10U);
  for (const auto& [images, each] : {std::pair(data.train, 50), std::pair(data.test, 10)}) {
    std::map<std::int64_t, int> count;
    for (std::int64_t i = 0; i < images->size(); ++i) ++count[images->label(i)];
    for (std::int64_t label = 0; label < 10; ++label) EXPECT_EQ(count[label], each);
  }
}

// An image's mean colour must not reveal its class: mean colours vary within each class as much as
// over all classes, up to chance.
TEST(Shapes, ColoursDoNotTellTheClass) {
  const auto data = shapes(5000, 10, 1);
  std::array<std::array<double, 3>, 10> of_class{};
  std::array<double, 3> square{};
  for (std::int64_t i = 0; i < 5000; ++i) {
    const auto image = bytes(*data.train, i);
    std::array<double, 3> mean{};
    for (std::size_t k = 0; k < image.size(); ++k)
      mean[k % 3] += static_cast<std::uint8_t>(image[k]) / (1024 * 255.0);
    for (std::size_t c = 0; c < 3; ++c) {
      of_class[static_cast<std::size_t>(data.train->label(i))][c] += mean[c] / 500;
      square[c] += mean[c] * mean[c] / 5000;
    }
  }
  for (std::size_t c = 0; c < 3; ++c) {
    double overall = 0;
    for (const auto& mean : of_class) overall += mean[c] / 10;
    const double deviation = std::sqrt(square[c] - overall * overall);
    EXPECT_GT(deviation, 0.1);  // colours vary
    for (const auto& mean : of_class) EXPECT_NEAR(mean[c], overall, 4 * deviation / std::sqrt(500));
  }
}

}  // namespace
}  // namespace reslab
