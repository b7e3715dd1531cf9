#include "reslab/data/jpeg.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <turbojpeg.h>

#include "lib/data/image_part.h"
#include "lib/data/image_writer.h"
#include "refusal.h"
#include "reslab/base/random.h"

namespace reslab {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// No two neighbours are alike, so that a place that is one off shows.
Image noise(int height, int width) {
  Image image{height, width, {}};
  Random random{9};
  for (int i = 0; i < height * width * 3; ++i)
    image.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  return image;
}

Image whole(const std::string& file, const JpegSize& size) {
  Image image;
  const auto held =
      decode_jpeg(bytes_of(file), "x.jpg", size.divisor, {0, 0, size.height, size.width}, image);
  EXPECT_EQ(held.height, size.height);
  EXPECT_EQ(held.width, size.width);
  return image;
}

TEST(Jpeg, APartIsWhatTheWholeHasThere) {
  const auto image = noise(150, 211);
  for (const int sampling :
       {TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_GRAY, TJSAMP_440, TJSAMP_411})
    for (const bool progressive : {false, true}) {
      const auto file = jpeg_bytes_sampled(image, sampling, progressive);
      for (const int short_side : {0, 60}) {
        const auto size = jpeg_size(bytes_of(file), "x.jpg", short_side);
        ASSERT_EQ(size.divisor, short_side == 0 ? 1 : 2);
        const auto all = whole(file, size);
        Random random{static_cast<std::uint64_t>(sampling)};
        for (int i = 0; i < 40; ++i) {
          Window wanted;
          wanted.height = 1 + static_cast<int>(random.below(size.height));
          wanted.width = 1 + static_cast<int>(random.below(size.width));
          wanted.top = static_cast<int>(random.below(size.height - wanted.height + 1));
          wanted.left = static_cast<int>(random.below(size.width - wanted.width + 1));
          Image part;
          const auto held = decode_jpeg(bytes_of(file), "x.jpg", size.divisor, wanted, part);
          ASSERT_EQ(held.top, wanted.top);
          ASSERT_EQ(held.height, wanted.height);
          ASSERT_LE(held.left, wanted.left);
          ASSERT_GE(held.left + held.width, wanted.left + wanted.width);
          EXPECT_TRUE(equal(all, part, held, wanted))
              << "sampling " << sampling << (progressive ? " progressive " : " ") << wanted.height
              << "x" << wanted.width << " from " << wanted.top << ", " << wanted.left;
        }
      }
    }
}

TEST(Jpeg, IsDecodedAsTurboJpegDoes) {
  const auto file = jpeg_bytes_sampled(noise(45, 67), TJSAMP_420);
  std::vector<std::uint8_t> expected(std::size_t{45} * 67 * 3);
  auto* const decoder = tjInitDecompress();
  ASSERT_EQ(tjDecompress2(decoder, reinterpret_cast<const unsigned char*>(file.data()),
                          static_cast<unsigned long>(file.size()), expected.data(), 67, 0, 45,
                          TJPF_RGB, 0),
            0);
  tjDestroy(decoder);
  EXPECT_EQ(whole(file, {45, 67, 1}).pixels, expected);
}

TEST(Jpeg, RefusesDamageWhereItIsLookedAt) {
  const auto file = jpeg_bytes(noise(64, 64));
  const auto cut = file.substr(0, file.size() / 2);
  const auto decode = [](const std::string& bytes, const Window& wanted) {
    Image part;
    decode_jpeg(bytes_of(bytes), "x.jpg", 1, wanted, part);
  };
  decode(cut, {0, 0, 16, 64});
  for (const auto& bytes :
       {cut, file.substr(0, file.size() - 2), file.substr(0, 100), std::string("\xff\xd8\xff")})
    EXPECT_THAT(refusal([&] { decode(bytes, {0, 0, 64, 64}); }),
                testing::ElementsAre(testing::StartsWith("x.jpg: a damaged JPEG file (")));
}

}  // namespace
}  // namespace reslab
