#include "reslab/data/random_resized_crop.h"

#include <cmath>
#include <set>

#include <gmock/gmock.h>

namespace reslab {
namespace {

void expect_window(const Window& window, const Window& expected) {
  EXPECT_EQ(window.top, expected.top);
  EXPECT_EQ(window.left, expected.left);
  EXPECT_EQ(window.height, expected.height);
  EXPECT_EQ(window.width, expected.width);
}

TEST(RandomResizedCrop, StaysInTheImageAndInTheRanges) {
  const RandomResizedCrop crop{{0.2, 0.6}, {0.5, 2}};
  for (std::uint64_t i = 0; i < 2000; ++i) {
    Random random{i};
    const auto window = crop.draw(200, 330, random);
    EXPECT_GE(window.top, 0);
    EXPECT_GE(window.left, 0);
    EXPECT_LE(window.top + window.height, 200);
    EXPECT_LE(window.left + window.width, 330);
    const auto share = window.height * window.width / (200.0 * 330);
    EXPECT_NEAR(share, 0.4, 0.2 + 0.01);  // sides are rounded to pixels
    const auto ratio = static_cast<double>(window.width) / window.height;
    EXPECT_NEAR(std::log(ratio), 0, std::log(2) + 0.02);
  }
}

// No part of this image is drawn again, so the distributions are those of the single draws.
TEST(RandomResizedCrop, DrawsAreaRatioAndPlaceEvenly) {
  const RandomResizedCrop crop{{0.1, 0.3}, {0.75, 4.0 / 3}};
  constexpr int kDraws = 20000;
  double share = 0, square = 0, log_ratio = 0, top = 0, left = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    Random random{7, i};
    const auto window = crop.draw(1000, 1000, random);
    const auto area = static_cast<double>(window.height) * window.width / 1e6;
    share += area / kDraws;
    square += area * area / kDraws;
    log_ratio += std::log(static_cast<double>(window.width) / window.height) / kDraws;
    top += static_cast<double>(window.top) / (1000 - window.height) / kDraws;
    left += static_cast<double>(window.left) / (1000 - window.width) / kDraws;
  }
  EXPECT_NEAR(share, 0.2, 0.002);
  EXPECT_NEAR(square - share * share, 0.2 * 0.2 / 12, 1e-4);
  EXPECT_NEAR(log_ratio, 0, 0.006);
  EXPECT_NEAR(top, 0.5, 0.01);
  EXPECT_NEAR(left, 0.5, 0.01);
}

// The sizes that torchvision's RandomResizedCrop.get_params gives.
TEST(RandomResizedCrop, FallsBackToTheCentre) {
  const RandomResizedCrop whole{{1, 1}, {0.75, 4.0 / 3}};
  Random random{1};
  expect_window(whole.draw(10, 100, random), {0, 43, 10, 13});
  expect_window(whole.draw(100, 10, random), {43, 0, 13, 10});
  const RandomResizedCrop too_wide{{1, 1}, {1.2, 1.3}};
  expect_window(too_wide.draw(10, 1000, random), {0, 493, 10, 13});
}

TEST(RandomResizedCrop, TakesTheWholeImageWhereOnlyThatFits) {
  const RandomResizedCrop whole{{1, 1}, {1, 1}};
  Random random{1};
  expect_window(whole.draw(10, 10, random), {0, 0, 10, 10});
}

TEST(RandomResizedCrop, NamesAPairThatIsTheWrongWayRound) {
  EXPECT_THAT(errors(RandomResizedCrop()), testing::IsEmpty());
  EXPECT_THAT(errors(RandomResizedCrop{{1, 0.5}, {2, 1}}),
              testing::ElementsAre("scale: got 1,0.5, expected the smaller number first",
                                   "ratio: got 2,1, expected the smaller number first"));
}

}  // namespace
}  // namespace reslab
