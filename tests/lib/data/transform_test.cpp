#include "reslab/data/transform.h"

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "lib/data/image_writer.h"
#include "reslab/data/resize.h"

namespace reslab {
namespace {

// Normalises one byte by the definition.
float normalised(const Image& image, const Normalization& normalization, int y, int x, int channel,
                 int mean_y, int mean_x, int mean_width) {
  const auto c = static_cast<std::size_t>(channel);
  const auto place = static_cast<std::size_t>((y * image.width + x) * 3 + channel);
  const auto mean_place = static_cast<std::size_t>((mean_y * mean_width + mean_x) * 3 + channel);
  const bool by_place = normalization.mean.size() > 3;
  const float mean = normalization.mean[by_place ? mean_place : c];
  return (static_cast<float>(image.pixels[place]) / 255 - mean) / normalization.std[c];
}

Normalization by_channel() { return {{0.1F, 0.5F, 0.7F}, {0.2F, 0.25F, 0.5F}}; }

Normalization by_place(int height, int width) {
  Normalization result{{}, {1, 1, 1}};
  for (int i = 0; i < height * width * 3; ++i)
    result.mean.push_back(static_cast<float>(i % 17) / 17);
  return result;
}

// The crop that begins at (top, left) of the image, by the definition: zeros outside the image, and
// inside each pixel normalised by its own mean.
std::vector<float> reference(const Image& image, const Normalization& normalization, int size,
                             int top, int left, bool flip) {
  const bool own_size = image.height == size && image.width == size;
  std::vector<float> out;
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const int column = flip ? size - 1 - x : x;
      const int from_y = y + top;
      const int from_x = column + left;
      const bool inside =
          from_y >= 0 && from_y < image.height && from_x >= 0 && from_x < image.width;
      for (int c = 0; c < 3; ++c)
        out.push_back(inside ? normalised(image, normalization, from_y, from_x, c,
                                          own_size ? from_y : y, own_size ? from_x : column, size)
                             : 0.0F);
    }
  return out;
}

bool nearly_equal(const std::vector<float>& a, const std::vector<float>& b) {
  for (std::size_t k = 0; k < a.size(); ++k)
    if (std::abs(a[k] - b[k]) > 1e-5F) return false;
  return a.size() == b.size();
}

TEST(Transform, EvaluationNormalisesTheCentre) {
  for (const auto& normalization : {by_channel(), by_place(8, 8)})
    for (const auto& [height, width, top, left] :
         {std::array{8, 8, 0, 0}, {8, 11, 0, 2}, {13, 8, 2, 0}}) {
      const auto image = sample_image(height, width);
      const Transform transform(8, 8, normalization, {4, true});
      std::vector<float> out(8 * 8 * 3, -1);
      transform.evaluation(image.view(), out.data());
      EXPECT_TRUE(nearly_equal(out, reference(image, normalization, 8, top, left, false)))
          << height << "x" << width;
    }
}

// Every training image is one of the possible crops, and all are equally frequent.
TEST(Transform, TrainingTakesEveryCutAndFlipAlike) {
  constexpr int kSize = 6;
  constexpr int kPad = 1;
  for (const auto& normalization : {by_channel(), by_place(kSize, kSize)})
    for (const int extra : {0, 2}) {
      const auto image = sample_image(kSize + extra, kSize);
      const Transform transform(kSize, kSize, normalization, {kPad, true});
      std::vector<std::vector<float>> cuts;
      for (int top = -kPad; top <= kPad + extra; ++top)
        for (int left = -kPad; left <= kPad; ++left)
          for (const bool flip : {false, true})
            cuts.push_back(reference(image, normalization, kSize, top, left, flip));
      std::map<std::size_t, int> seen;
      constexpr int kTries = 200;
      for (std::uint64_t i = 0; i < kTries * cuts.size(); ++i) {
        std::vector<float> out(kSize * kSize * 3, -1);
        transform.training(image.view(), Random{3, i}, out.data());
        std::size_t which = 0;
        while (which < cuts.size() && !nearly_equal(out, cuts[which])) ++which;
        ASSERT_LT(which, cuts.size()) << "an image that is none of the possible cuts";
        ++seen[which];
      }
      EXPECT_EQ(seen.size(), cuts.size());
      for (const auto& [which, count] : seen) EXPECT_NEAR(count, kTries, 5 * std::sqrt(kTries));
    }
}

TEST(Transform, TakesTenViewsForATest) {
  const auto image = sample_image(10, 13);
  const Transform transform(8, 8, by_channel(), {}, 10);
  EXPECT_EQ(transform.test_crops(), 10);
  constexpr std::size_t kFloats = 8 * 8 * 3;
  std::vector<float> out(10 * kFloats, -1);
  transform.evaluation(image.view(), out.data());
  const std::pair<int, int> places[] = {{1, 2}, {0, 0}, {0, 5}, {2, 0}, {2, 5}};  // top, left
  auto view = out.begin();
  for (const auto& [top, left] : places)
    for (const bool flip : {false, true}) {
      EXPECT_TRUE(nearly_equal(std::vector<float>(view, view + kFloats),
                               reference(image, by_channel(), 8, top, left, flip)))
          << top << ", " << left << (flip ? " flipped" : "");
      view += kFloats;
    }
}

TEST(Transform, ShiftsColorsAlongTheirPrincipalComponents) {
  const auto image = sample_image(8, 8);
  std::vector<float> plain(8 * 8 * 3);
  Transform(8, 8, by_channel(), {}).evaluation(image.view(), plain.data());
  const Transform transform(8, 8, by_channel(), {0, false, 0.1});
  std::array<double, 3> squares{};
  constexpr int kTries = 4000;
  for (std::uint64_t i = 0; i < kTries; ++i) {
    std::vector<float> out(8 * 8 * 3);
    transform.training(image.view(), Random{i}, out.data());
    for (std::size_t c = 0; c < 3; ++c) {
      const auto shift = out[c] - plain[c];
      for (std::size_t k = c; k < out.size(); k += 3) EXPECT_NEAR(out[k] - plain[k], shift, 1e-5);
      squares[c] += std::pow(shift * by_channel().std[c], 2) / kTries;
    }
  }
  // Variance of a channel: sum over components of (0.1 · deviation · direction)².
  const std::array<double, 3> expected = {1.542e-4, 1.597e-4, 1.629e-4};
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(squares[c], expected[c], 0.1 * expected[c]);
}

// Only the crop is resized, and its pixels equal those of the resized whole image bit by bit.
TEST(Transform, OfAnImageToBeResizedIsThatOfTheResizedOne) {
  const auto image = sample_image(37, 50);
  for (const auto& normalization : {by_channel(), by_place(8, 8)})
    for (const auto& [height, width] : {std::pair{8, 8}, {8, 11}, {30, 41}, {60, 50}})
      for (const int pad : {0, 3, 20}) {
        const LazyImage scaled(image.view(), height, width);
        const auto whole = resized(scaled);
        const auto expect_equal = [&](const Transform& transform, const auto& look) {
          const auto floats = static_cast<std::size_t>(transform.test_crops()) * 8 * 8 * 3;
          std::vector<float> expected(floats, -1);
          std::vector<float> got(floats, -1);
          look(transform, LazyImage(whole.view()), expected.data());
          look(transform, scaled, got.data());
          EXPECT_EQ(got, expected) << height << "x" << width << ", pad " << pad;
        };
        const Transform transform(8, 8, normalization, {pad, true}, 10);
        for (std::uint64_t i = 0; i < 40; ++i)
          expect_equal(transform, [i](const auto& seen, const LazyImage& view, float* out) {
            seen.training(view, Random{i}, out);
          });
        expect_equal(transform, [](const auto& seen, const LazyImage& view, float* out) {
          seen.evaluation(view, out);
        });
      }
}

Image part_of(const Image& image, const Window& window) {
  Image part{window.height, window.width, {}};
  for (int y = 0; y < window.height; ++y)
    for (int x = 0; x < 3 * window.width; ++x)
      part.pixels.push_back(image.pixels[static_cast<std::size_t>(
          (window.top + y) * 3 * image.width + 3 * window.left + x)]);
  return part;
}

// torchvision: crop the image, then resize the crop.
TEST(Transform, ResizesARandomPart) {
  const auto image = noise_image(29, 40);
  for (const auto& normalization : {by_channel(), by_place(8, 8)}) {
    Augment augment;
    augment.random_resized_crop = RandomResizedCrop{{0.1, 1}, {0.5, 2}};
    const Transform transform(8, 8, normalization, augment);
    for (std::uint64_t i = 0; i < 60; ++i) {
      Random random{i};
      const auto window = augment.random_resized_crop->draw(29, 40, random);
      const auto expected = resized(part_of(image, window).view(), 8, 8);
      // The size to which evaluation resizes the image does not matter.
      for (const auto& seen : {LazyImage(image.view()), LazyImage(image.view(), 9, 12)}) {
        std::vector<float> out(8 * 8 * 3, -1);
        transform.training(seen, Random{i}, out.data());
        EXPECT_TRUE(nearly_equal(out, reference(expected, normalization, 8, 0, 0, false))) << i;
      }
    }
  }
}

TEST(Transform, ChangesColorsBeforeItNormalises) {
  const auto image = noise_image(8, 8);
  for (const auto& normalization : {by_channel(), by_place(8, 8)}) {
    Augment augment{3, true};
    const Transform plain(8, 8, normalization, augment);
    augment.color_jitter = ColorJitter{0.4, 0, 0, 0};
    const Transform transform(8, 8, normalization, augment);
    EXPECT_TRUE(plain.only_crops());
    EXPECT_FALSE(transform.only_crops());
    for (std::uint64_t i = 0; i < 60; ++i) {
      Random random{i};
      plain.draw_crop(8, 8, random);
      auto changed = image;  // brightness does not depend on which part of the image is seen
      augment.color_jitter->draw(random).apply(changed);
      std::vector<float> expected(8 * 8 * 3, -1);
      plain.training(changed.view(), Random{i}, expected.data());
      std::vector<float> out(8 * 8 * 3, -1);
      transform.training(image.view(), Random{i}, out.data());
      EXPECT_EQ(out, expected) << i;
    }
  }
}

TEST(Transform, WithoutAugmentationTrainingIsEvaluation) {
  const auto image = sample_image(8, 8);
  const Transform transform(8, 8, by_place(8, 8), {});
  std::vector<float> evaluated(8 * 8 * 3);
  transform.evaluation(image.view(), evaluated.data());
  for (std::uint64_t i = 0; i < 20; ++i) {
    std::vector<float> out(8 * 8 * 3);
    transform.training(image.view(), Random{i}, out.data());
    EXPECT_EQ(out, evaluated);
  }
}

TEST(Transform, PadsFurtherThanTheImage) {
  const auto image = sample_image(4, 4);
  const Transform transform(4, 4, by_channel(), {9, false});
  bool all_zero = false;
  for (std::uint64_t i = 0; i < 100; ++i) {
    std::vector<float> out(4 * 4 * 3, -1);
    transform.training(image.view(), Random{i}, out.data());
    all_zero |= out == std::vector<float>(4 * 4 * 3, 0);
  }
  EXPECT_TRUE(all_zero);
}

// torchvision's center_crop: int(round((whole - crop) / 2.0)) in Python.
TEST(Transform, CropsTheCentreWhereTorchvisionDoes) {
  constexpr std::array kBegins = {0, 0, 1, 2, 2, 2, 3, 4, 4};
  for (int rest = 0; rest < static_cast<int>(kBegins.size()); ++rest)
    EXPECT_EQ(centre_crop_begin(32 + rest, 32), kBegins[static_cast<std::size_t>(rest)]) << rest;
}

TEST(Transform, RefusesWhatDoesNotFit) {
  const auto image = sample_image(7, 8);
  const Transform transform(8, 8, by_channel(), {4, true});
  std::vector<float> out(8 * 8 * 3);
  EXPECT_THROW(transform.evaluation(image.view(), out.data()), std::invalid_argument);
  EXPECT_THROW(transform.training(image.view(), Random{1}, out.data()), std::invalid_argument);
  EXPECT_THROW(Transform(8, 8, by_place(7, 8), {}), std::invalid_argument);
}

}  // namespace
}  // namespace reslab
