#include "reslab/data/options.h"

#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "folder.h"
#include "lib/data/image_writer.h"
#include "refusal.h"

namespace reslab {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::IsEmpty;

DataOptions small_shapes() {
  DataOptions options;
  options.source = ShapesOptions{.train = 200, .test = 20};
  return options;
}

// Images of 2 × 2 pixels whose bytes all equal the image's index.
DataSet numbered(std::int64_t count) {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < count; ++i) {
    pixels.insert(pixels.end(), 12, static_cast<std::uint8_t>(i));
    labels.push_back(i);
  }
  DataSet data;
  data.train = std::make_shared<MemoryImages>(2, 2, pixels, labels);
  data.height = data.width = 2;
  return data;
}

TEST(DataOptions, EveryKindOfDataSetDescribesItself) {
  const auto& kind = data_settings().list().front();
  for (const auto& name : kind.choices) {
    DataOptions options;
    data_settings().set(kind, options, name);
    EXPECT_EQ(data_name(options), name);
    EXPECT_THAT(make_source(options)->describe(Splits::all), testing::Not(IsEmpty()));
    EXPECT_THAT(errors(options), IsEmpty());
  }
}

TEST(DataOptions, KnowTheFolderOfDataSetsThatHaveOne) {
  DataOptions options;
  EXPECT_EQ(data_root(options), nullptr);
  options.source = FolderOptions();
  ASSERT_NE(data_root(options), nullptr);
  *data_root(options) = "somewhere";
  EXPECT_EQ(std::get<FolderOptions>(options.source).root, "somewhere");
}

TEST(DataOptions, SaysAllErrorsAtOnce) {
  DataOptions options = small_shapes();
  options.validation = 200;
  options.normalize = {Normalize::Kind::given, {0.5, 0.5}, {1, 1, 1, 1}};
  EXPECT_THAT(errors(options),
              ElementsAre(AllOf(HasSubstr("normalize/mean"), HasSubstr("three")),
                          AllOf(HasSubstr("normalize/std"), HasSubstr("three")),
                          AllOf(HasSubstr("at most 199 of 200"), HasSubstr("found 200"))));
  EXPECT_EQ(refusal([&] { load(options); }), errors(options));
}

TEST(Split, TakesOutTheSameImagesEveryTimeAndLosesNone) {
  auto once = numbered(100);
  auto again = numbered(100);
  split_validation(once, 30);
  split_validation(again, 30);
  ASSERT_EQ(once.train->size(), 70);
  ASSERT_EQ(once.validation->size(), 30);
  std::vector<std::int64_t> taken;
  std::set<std::int64_t> all;
  for (std::int64_t i = 0; i < 30; ++i) {
    taken.push_back(once.validation->label(i));
    EXPECT_EQ(once.validation->label(i), again.validation->label(i));
    std::vector<std::uint8_t> buffer;
    EXPECT_EQ(once.validation->view(i, buffer).stored.pixels[0], taken.back());
  }
  all.insert(taken.begin(), taken.end());
  for (std::int64_t i = 0; i < 70; ++i) all.insert(once.train->label(i));
  EXPECT_EQ(all.size(), 100U);
  // Taken from everywhere, because data sets are often sorted by class.
  EXPECT_LT(taken.front(), 20);
  EXPECT_GT(taken.back(), 80);
  EXPECT_TRUE(std::is_sorted(taken.begin(), taken.end()));
}

TEST(Split, RefusesWhatCannotBeTakenOut) {
  auto data = numbered(10);
  EXPECT_THAT(refusal([&] { split_validation(data, 10); }), ElementsAre(HasSubstr("at most 9")));
  data.validation = numbered(5).train;
  EXPECT_THAT(refusal([&] { split_validation(data, 3); }), ElementsAre(HasSubstr("val/")));
  split_validation(data, 0);
  EXPECT_EQ(data.validation->size(), 5);
}

TEST(DataOptions, MeasuresTheNormalisationOnWhatIsLeftToTrainOn) {
  auto options = small_shapes();
  options.validation = 50;
  const auto data = load(options);
  ASSERT_EQ(data.train->size(), 150);
  std::vector<double> mean(3072);
  std::array<double, 3> channel{};
  std::array<double, 3> square{};
  std::vector<std::uint8_t> buffer;
  for (std::int64_t i = 0; i < 150; ++i)
    for (std::size_t k = 0; k < 3072; ++k) {
      const double value = data.train->view(i, buffer).stored.pixels[k] / 255.0;
      mean[k] += value / 150;
      channel[k % 3] += value / (150 * 1024);
      square[k % 3] += value * value / (150 * 1024);
    }
  const auto by_place = measure({.kind = Normalize::Kind::per_pixel_mean}, *data.train, 32, 32);
  ASSERT_EQ(by_place.mean.size(), 3072U);
  for (std::size_t k = 0; k < 3072; ++k) EXPECT_NEAR(by_place.mean[k], mean[k], 1e-6);
  EXPECT_THAT(by_place.std, Each(1.0F));
  const auto by_channel = measure({.kind = Normalize::Kind::per_channel}, *data.train, 32, 32);
  ASSERT_EQ(by_channel.mean.size(), 3U);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(by_channel.mean[c], channel[c], 1e-6);
    EXPECT_NEAR(by_channel.std[c], std::sqrt(square[c] - channel[c] * channel[c]), 1e-6);
  }
}

TEST(DataOptions, MeasuresImagesAsTheyAreEvaluated) {
  const Folder folder;
  const auto image = sample_image(8, 14);
  for (const auto* name : {"train/a/1.png", "train/a/2.png", "val/a/1.png"})
    folder.write(name, png_bytes(image));
  DataOptions options;
  options.source = FolderOptions{.root = folder / "", .short_side = 8, .size = 8};
  const auto data = load(options);
  const auto mean = measure({.kind = Normalize::Kind::per_pixel_mean}, *data.train, 8, 8).mean;
  for (std::size_t y = 0; y < 8; ++y)
    for (std::size_t k = 0; k < 24; ++k)
      EXPECT_FLOAT_EQ(mean[y * 24 + k],
                      static_cast<float>(image.pixels[y * 14 * 3 + 3 * 3 + k]) / 255);
}

TEST(Normalize, KnowsFixedNumbersAndUnchangingChannels) {
  const auto data = numbered(1);
  const auto numbers = [&](const Normalize& normalize) {
    return measure(normalize, *data.train, 2, 2);
  };
  EXPECT_THAT(numbers({.kind = Normalize::Kind::none}).mean, Each(0.0F));
  EXPECT_THAT(
      numbers({.kind = Normalize::Kind::imagenet}).mean,
      ElementsAre(FloatNear(0.485F, 1e-6F), FloatNear(0.456F, 1e-6F), FloatNear(0.406F, 1e-6F)));
  const auto given = numbers({Normalize::Kind::given, {0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}});
  EXPECT_THAT(given.mean, ElementsAre(0.1F, 0.2F, 0.3F));
  EXPECT_THAT(given.std, ElementsAre(0.4F, 0.5F, 0.6F));
  const auto same = numbers({Normalize::Kind::given, {0.1307}, {0.3081}});
  EXPECT_THAT(same.mean, ElementsAre(0.1307F, 0.1307F, 0.1307F));
  EXPECT_THAT(same.std, Each(0.3081F));
  EXPECT_THAT(numbers({.kind = Normalize::Kind::per_channel}).std, Each(1.0F));
}

}  // namespace
}  // namespace reslab
