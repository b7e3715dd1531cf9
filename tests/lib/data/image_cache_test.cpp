#include "reslab/data/image_cache.h"

#include <gmock/gmock.h>

#include "lib/data/image_writer.h"
#include "reslab/data/parallel.h"

namespace reslab {
namespace {

TEST(ImageCache, KeepsWhatThereIsRoomFor) {
  ImageCache cache(3, 2 * 3 * 4 * 5 + 1);
  EXPECT_EQ(cache.find(0), nullptr);
  for (const std::int64_t index : {0, 2}) {
    auto image = sample_image(4, 5);
    const auto pixels = image.pixels;
    const auto* kept = cache.keep(index, image);
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(cache.find(index), kept);
    EXPECT_EQ(kept->pixels, pixels);
  }
  auto image = sample_image(4, 5);
  EXPECT_EQ(cache.keep(1, image), nullptr);
  EXPECT_EQ(cache.find(1), nullptr);
  EXPECT_EQ(image.pixels.size(), 60U);  // unchanged
  auto small = sample_image(0, 0);
  EXPECT_NE(cache.keep(1, small), nullptr);
}

TEST(ImageCache, HoldsOneOfSeveralThatThreadsKeepAtOnce) {
  ImageCache cache(50, 1 << 20);
  std::vector<const Image*> kept(400);
  for_each_chunk(400, 1, 4, [&](std::int64_t first, std::int64_t) {
    auto image = sample_image(3, 3);
    kept[static_cast<std::size_t>(first)] = cache.keep(first % 50, image);
  });
  for (std::size_t i = 0; i < kept.size(); ++i)
    EXPECT_EQ(kept[i], cache.find(static_cast<std::int64_t>(i % 50)));
}

}  // namespace
}  // namespace reslab
