#include "reslab/data/jpeg.h"

#include <cstdio>  // jpeglib.h needs it
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <jpeglib.h>

#include "lib/data/image_part.h"
#include "lib/data/image_writer.h"
#include "refusal.h"
#include "reslab/base/random.h"

namespace reslab {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
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
  const auto image = noise_image(150, 211);
  for (auto format : {JpegFormat{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}, {1, 1, true}})
    for (const bool progressive : {false, true}) {
      format.progressive = progressive;
      const auto file = jpeg_bytes(image, format);
      for (const int short_side : {0, 60}) {
        const auto size = jpeg_size(bytes_of(file), "x.jpg", short_side);
        ASSERT_EQ(size.divisor, short_side == 0 ? 1 : 2);
        const auto all = whole(file, size);
        Random random{static_cast<std::uint64_t>(format.columns)};
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
              << "a colour for " << format.rows << "x" << format.columns << " pixels, "
              << (format.grey ? "grey, " : "") << (progressive ? "progressive, " : "")
              << wanted.height << "x" << wanted.width << " from " << wanted.top << ", "
              << wanted.left;
        }
      }
    }
}

/// Decodes a whole file with libjpeg's defaults.
std::vector<std::uint8_t> libjpeg_pixels(const std::string& file) {
  jpeg_error_mgr errors;
  jpeg_decompress_struct decoder;
  decoder.err = jpeg_std_error(&errors);  // ends the program on an error
  jpeg_create_decompress(&decoder);
  jpeg_mem_src(&decoder, reinterpret_cast<const unsigned char*>(file.data()),
               static_cast<unsigned long>(file.size()));
  jpeg_read_header(&decoder, TRUE);
  jpeg_start_decompress(&decoder);
  const std::size_t row = decoder.output_width * 3U;
  std::vector<std::uint8_t> pixels(decoder.output_height * row);
  while (decoder.output_scanline < decoder.output_height) {
    JSAMPROW line = pixels.data() + decoder.output_scanline * row;
    jpeg_read_scanlines(&decoder, &line, 1);
  }
  jpeg_finish_decompress(&decoder);
  jpeg_destroy_decompress(&decoder);
  return pixels;
}

TEST(Jpeg, IsDecodedAsLibjpegDoes) {
  const auto file = jpeg_bytes(noise_image(45, 67), {2, 2});
  EXPECT_EQ(whole(file, {45, 67, 1}).pixels, libjpeg_pixels(file));
}

TEST(Jpeg, RefusesDamageWhereItIsLookedAt) {
  const auto file = jpeg_bytes(noise_image(64, 64));
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
