#include "reslab/data/batches.h"

#include <cmath>
#include <memory>
#include <set>
#include <vector>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "folder.h"
#include "lib/data/image_writer.h"
#include "refusal.h"
#include "reslab/base/random.h"
#include "reslab/data/image_folder.h"

namespace reslab {
namespace {

constexpr std::int64_t kImages = 23;

// Random images of 8 × 8 pixels; an image's label is its index.
std::shared_ptr<const Images> random_images() {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int64_t> labels;
  Random random{5};
  for (std::int64_t i = 0; i < kImages; ++i) labels.push_back(i);
  for (std::int64_t i = 0; i < kImages * 192; ++i)
    pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  return std::make_shared<MemoryImages>(8, 8, pixels, labels);
}

Transform augmenting() { return {8, 8, {{0.5F, 0.4F, 0.3F}, {0.2F, 0.2F, 0.2F}}, {2, true}}; }

std::vector<Batch> stream(const Images& images, const Transform& transform, std::uint64_t seed,
                          std::int64_t batch, std::int64_t first, std::int64_t count,
                          std::optional<at::Device> device = std::nullopt) {
  TrainingBatches batches(images, transform, seed, batch, first, device);
  std::vector<Batch> result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(batches.next());
  return result;
}

bool equal(const Batch& a, const Batch& b) {
  return at::equal(a.images, b.images) && at::equal(a.labels, b.labels);
}

TEST(TrainingBatches, AreChannelsLastFloatsWithLabels) {
  const auto images = random_images();
  const Transform transform(8, 8, {{0, 0, 0}, {1, 1, 1}}, {});
  const auto batch = stream(*images, transform, 1, 5, 0, 1)[0];
  EXPECT_EQ(batch.images.sizes(), (std::vector<std::int64_t>{5, 3, 8, 8}));
  EXPECT_EQ(batch.images.scalar_type(), at::kFloat);
  EXPECT_TRUE(batch.images.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(batch.labels.sizes(), (std::vector<std::int64_t>{5}));
  EXPECT_EQ(batch.labels.scalar_type(), at::kLong);
  std::vector<std::uint8_t> buffer;
  for (std::int64_t j = 0; j < 5; ++j) {
    const auto view = images->view(batch.labels[j].item<std::int64_t>(), buffer);
    for (std::int64_t y = 0; y < 8; ++y)
      for (std::int64_t x = 0; x < 8; ++x)
        for (std::int64_t c = 0; c < 3; ++c)
          EXPECT_NEAR(batch.images[j][c][y][x].item<float>(),
                      static_cast<float>(view.stored.pixels[(y * 8 + x) * 3 + c]) / 255, 1e-6);
  }
}

TEST(TrainingBatches, GoOnBitByBitFromAnyIteration) {
  const auto images = random_images();
  const auto transform = augmenting();
  for (const std::int64_t batch : {1, 5, 23, 60}) {
    const auto whole = stream(*images, transform, 7, batch, 0, 14);
    for (const std::int64_t first : {1, 4, 5, 13}) {
      const auto later = stream(*images, transform, 7, batch, first, 14 - first);
      for (std::size_t i = 0; i < later.size(); ++i)
        EXPECT_TRUE(equal(later[i], whole[static_cast<std::size_t>(first) + i]))
            << "batch " << batch << " from " << first << " on, number " << i;
    }
  }
  const auto far = stream(*images, transform, 7, 5, 64000, 2);
  EXPECT_TRUE(equal(far[1], stream(*images, transform, 7, 5, 64001, 1)[0]));
}

TEST(TrainingBatches, TakeEveryImageOnceInAnEpochInAnOrderOfItsOwn) {
  const auto images = random_images();
  const auto transform = augmenting();
  const auto batches = stream(*images, transform, 7, 5, 0, kImages);  // five epochs
  std::vector<std::int64_t> labels;
  for (const auto& batch : batches)
    for (std::int64_t j = 0; j < 5; ++j) labels.push_back(batch.labels[j].item<std::int64_t>());
  std::set<std::vector<std::int64_t>> orders;
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    const auto begin = labels.begin() + epoch * kImages;
    orders.emplace(begin, begin + kImages);
    EXPECT_EQ(std::set(begin, begin + kImages).size(), static_cast<std::size_t>(kImages));
  }
  EXPECT_EQ(orders.size(), 5U);
  const auto other_seed = stream(*images, transform, 8, 5, 0, 2);
  EXPECT_FALSE(at::equal(other_seed[0].labels, batches[0].labels));
}

// The augmentation of an image differs between epochs and does not depend on its place in a batch.
TEST(TrainingBatches, AugmentByEpochAndImageAlone) {
  const auto images = random_images();
  const auto transform = augmenting();
  const auto in_fives = stream(*images, transform, 7, 5, 0, 2 * kImages);
  const auto in_ones = stream(*images, transform, 7, 1, 0, 10 * kImages);
  std::vector<std::vector<at::Tensor>> seen(kImages);
  for (std::int64_t i = 0; i < 10 * kImages; ++i) {
    const auto& one = in_ones[static_cast<std::size_t>(i)];
    EXPECT_TRUE(at::equal(one.images[0], in_fives[static_cast<std::size_t>(i / 5)].images[i % 5]));
    seen[static_cast<std::size_t>(one.labels.item<std::int64_t>())].push_back(one.images[0]);
  }
  int repeated = 0;
  for (const auto& versions : seen)
    for (std::size_t epoch = 1; epoch < versions.size(); ++epoch)
      repeated += at::equal(versions[epoch], versions[epoch - 1]) ? 1 : 0;
  EXPECT_LT(repeated, 9 * kImages / 10);  // two crops are equal with a probability of 1/50
}

// The CPU serves as the device.
class EveryDevice : public testing::TestWithParam<at::DeviceType> {};
INSTANTIATE_TEST_SUITE_P(Devices, EveryDevice, testing::Values(at::kCPU, at::kCUDA));

TEST_P(EveryDevice, MakesTheSameBatchesButForRounding) {
  if (GetParam() == at::kCUDA && !at::hasCUDA()) GTEST_SKIP() << "there is no GPU";
  const auto images = random_images();
  Normalization by_place{{}, {0.2F, 0.25F, 0.3F}};
  for (int i = 0; i < 192; ++i) by_place.mean.push_back(static_cast<float>(i % 17) / 17);
  const Normalization by_channel{{0.5F, 0.4F, 0.3F}, {0.2F, 0.25F, 0.3F}};
  for (const auto& normalization : {by_channel, by_place})
    for (const auto& augment : {Augment{}, Augment{2, true}, Augment{9, true, 0.1}}) {
      const Transform transform(8, 8, normalization, augment);
      ASSERT_TRUE(DeviceImages::can_hold(*images, transform));
      const auto expected = stream(*images, transform, 7, 5, 3, 12);
      const auto batches = stream(*images, transform, 7, 5, 3, 12, GetParam());
      for (std::size_t i = 0; i < batches.size(); ++i) {
        EXPECT_EQ(batches[i].images.device().type(), GetParam());
        EXPECT_TRUE(at::equal(batches[i].labels.cpu(), expected[i].labels));
        EXPECT_TRUE(at::allclose(batches[i].images.cpu(), expected[i].images, 0, 1e-5));
        EXPECT_EQ(batches[i].images.scalar_type(), at::kFloat);
        EXPECT_TRUE(batches[i].images.is_contiguous(at::MemoryFormat::ChannelsLast));
      }
    }
}

struct FolderFixture {
  Folder folder;
  DataSet data;

  explicit FolderFixture(bool with_broken) {
    for (int i = 0; i < 12; ++i)
      for (const auto* part : {"train/a/", "val/a/"})
        folder.write(part + std::to_string(i) + ".png", png_bytes(sample_image(8 + i, 9)));
    if (with_broken) folder.write("train/a/broken.png", "no image");
    data = FolderSource({.root = folder / "", .short_side = 8, .size = 8}).load(Splits::all);
  }
};

TEST(TrainingBatches, OfDecodedImagesDoNotDependOnThreads) {
  const FolderFixture fixture(false);
  const auto transform = augmenting();
  const auto whole = stream(*fixture.data.train, transform, 3, 7, 0, 8);
  const auto again = stream(*fixture.data.train, transform, 3, 7, 3, 5);
  for (std::size_t i = 0; i < again.size(); ++i) EXPECT_TRUE(equal(again[i], whole[3 + i]));
}

TEST(TrainingBatches, AreMadeInMemoryWhereADeviceCannotHoldTheImages) {
  const auto large = random_images();
  const Transform cutting(6, 6, {{0, 0, 0}, {1, 1, 1}}, {0, true});
  const FolderFixture files(false);
  const auto transform = augmenting();
  EXPECT_FALSE(DeviceImages::can_hold(*large, cutting));
  EXPECT_FALSE(DeviceImages::can_hold(*files.data.train, transform));
  EXPECT_TRUE(equal(stream(*large, cutting, 3, 7, 0, 1, at::kCPU)[0],
                    stream(*large, cutting, 3, 7, 0, 1)[0]));
}

TEST(TrainingBatches, NameAnImageThatDoesNotDecode) {
  const FolderFixture fixture(true);
  const auto transform = augmenting();
  TrainingBatches batches(*fixture.data.train, transform, 1, 4, 0);
  EXPECT_THAT(refusal([&] {
                for (int i = 0; i < 4; ++i) batches.next();  // an epoch is 13 images
              }),
              testing::ElementsAre(testing::HasSubstr("broken.png")));
}

// One of 20 images is of class 0, the others are of class 1.
std::shared_ptr<const Images> imbalanced() {
  std::vector<std::uint8_t> pixels;
  Random random{5};
  for (int i = 0; i < 20 * 192; ++i) pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  std::vector<std::int64_t> labels(20, 1);
  labels[3] = 0;
  return std::make_shared<MemoryImages>(8, 8, pixels, labels);
}

std::vector<Batch> balanced_stream(const Images& images, std::int64_t first, std::int64_t count) {
  static const Transform transform = augmenting();
  TrainingBatches batches(images, transform, 1, 10, first, std::nullopt, Sampler::class_balanced);
  std::vector<Batch> result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(batches.next());
  return result;
}

TEST(TrainingBatches, DrawClassesEquallyOftenIfAsked) {
  const auto images = imbalanced();
  const auto batches = balanced_stream(*images, 0, 100);
  std::int64_t rare = 0;
  std::set<std::vector<float>> versions;
  for (const auto& batch : batches)
    for (std::int64_t j = 0; j < 10; ++j) {
      if (batch.labels[j].item<std::int64_t>() != 0) continue;
      ++rare;
      const auto flat = batch.images[j].contiguous();
      versions.emplace(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
    }
  EXPECT_NEAR(static_cast<double>(rare), 500, 5 * std::sqrt(250));
  // Each draw of the only rare image is augmented anew: there are 50 crops and flips of it.
  EXPECT_EQ(versions.size(), 50U);
}

TEST(TrainingBatches, BalancedGoOnBitByBitFromAnyIteration) {
  const auto images = imbalanced();
  const auto whole = balanced_stream(*images, 0, 12);
  for (const std::int64_t first : {1, 4, 7}) {
    const auto later = balanced_stream(*images, first, 12 - first);
    for (std::size_t i = 0; i < later.size(); ++i)
      EXPECT_TRUE(equal(later[i], whole[static_cast<std::size_t>(first) + i]));
  }
}

TEST(TrainingBatches, AreMadeInMemoryIfADeviceCannotMakeThem) {
  const auto images = random_images();
  for (const bool crop : {false, true}) {
    Augment augment;
    if (crop)
      augment.random_resized_crop.emplace();
    else
      augment.color_jitter.emplace();
    const Transform transform(8, 8, {{0, 0, 0}, {1, 1, 1}}, augment);
    EXPECT_FALSE(DeviceImages::can_hold(*images, transform));
    EXPECT_TRUE(equal(stream(*images, transform, 3, 7, 0, 1, at::kCPU)[0],
                      stream(*images, transform, 3, 7, 0, 1)[0]));
  }
}

TEST(BatchMemory, IsUsedAgainWhenNobodyHoldsIt) {
  const auto transform = augmenting();
  BatchMemory memory;
  auto first = memory.take(3, transform, 2);
  EXPECT_EQ(first.sizes(), (std::vector<std::int64_t>{6, 3, 8, 8}));
  EXPECT_TRUE(first.is_contiguous(at::MemoryFormat::ChannelsLast));
  const auto* const place = first.data_ptr();
  EXPECT_NE(memory.take(3, transform, 2).data_ptr(), place);
  auto part = first.narrow(0, 2, 1);
  first.reset();
  EXPECT_NE(memory.take(3, transform, 2).data_ptr(), place);  // a view still uses the memory
  part.reset();
  EXPECT_NE(memory.take(2, transform, 2).data_ptr(), place);  // another size
  const auto again = memory.take(3, transform, 2);
  const auto other = memory.take(3, transform, 2);
  EXPECT_TRUE((again.data_ptr() == place) != (other.data_ptr() == place));
}

TEST(TrainingBatches, RefuseEmptyBatchesAndSets) {
  const auto transform = augmenting();
  const auto images = random_images();
  const MemoryImages none(8, 8, {}, {});
  EXPECT_EQ(refusal([&] { TrainingBatches(*images, transform, 1, 0, 0); }).size(), 1U);
  EXPECT_EQ(refusal([&] { TrainingBatches(none, transform, 1, 4, 0); }).size(), 1U);
}

TEST(EvaluationBatches, GiveEveryImageInOrderOnce) {
  const auto images = random_images();
  const auto transform = augmenting();
  for (const std::int64_t size : {1, 5, 23, 100}) {
    EvaluationBatches batches(*images, transform, size);
    std::int64_t seen = 0;
    while (const auto batch = batches.next()) {
      const auto count = batch->labels.size(0);
      EXPECT_TRUE(at::equal(batch->labels, at::arange(seen, seen + count)));
      std::vector<std::uint8_t> buffer;
      for (std::int64_t j = 0; j < count; ++j) {
        std::vector<float> expected(192);
        transform.evaluation(images->view(seen + j, buffer), expected.data());
        EXPECT_TRUE(at::equal(batch->images[j].permute({1, 2, 0}).flatten(), at::tensor(expected)));
      }
      seen += count;
    }
    EXPECT_EQ(seen, kImages);
  }
}

}  // namespace
}  // namespace reslab
