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
#include "reslab/data/orientation.h"

namespace reslab {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

Image whole(const std::string& file, const JpegSize& size) {
  Image image;
  const auto held =
      decode_jpeg(bytes_of(file), "x.jpg", size, {0, 0, size.height, size.width}, image);
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
          const auto held = decode_jpeg(bytes_of(file), "x.jpg", size, wanted, part);
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
    decode_jpeg(bytes_of(bytes), "x.jpg", jpeg_size(bytes_of(bytes), "x.jpg", 0), wanted, part);
  };
  decode(cut, {0, 0, 16, 64});
  for (const auto& bytes :
       {cut, file.substr(0, file.size() - 10), file.substr(0, 100), std::string("\xff\xd8\xff")})
    EXPECT_THAT(refusal([&] { decode(bytes, {0, 0, 64, 64}); }),
                testing::ElementsAre("x.jpg: a damaged JPEG file"));
}

/// The file with other bytes `offset` bytes behind the first occurrence of `marker`.
std::string patched(std::string file, const std::string& marker, std::size_t offset,
                    const std::string& bytes) {
  return file.replace(file.find(marker) + offset, bytes.size(), bytes);
}

/// The file with a segment behind its first marker.
std::string with_segment(std::string file, const std::string& marker, const std::string& content) {
  const auto length = content.size() + 2;
  return file.insert(2,
                     marker + static_cast<char>(length >> 8) + static_cast<char>(length) + content);
}

Image whole(const std::string& file) { return whole(file, jpeg_size(bytes_of(file), "x.jpg", 0)); }

TEST(Jpeg, IgnoresDefectsThatLeaveAllPixels) {
  const auto file = jpeg_bytes(noise_image(40, 56), {2, 2});
  const auto right = whole(file).pixels;
  const auto scan = file.find("\xff\xda");
  const auto length = static_cast<std::size_t>(static_cast<unsigned char>(file[scan + 3]));
  const auto end = file.size() - 2;
  const std::string adobe("Adobe\0\x64\0\0\0\0\x07", 12);  // an unknown transform
  const std::vector<std::string> files = {
      patched(file, "\xff\xda", 2 + length - 3, {"\0\0\0", 3}),  // a phone's scan header
      patched(file, "\xff\xda", 2 + length - 3, {"\0\x3f\x01", 3}),
      patched(file, "JFIF", 5, {"\0\0", 2}),  // revision 0.00
      patched(file, "JFIF", 5, "\2\1"),       // revision 2.01
      with_segment(file, "\xff\xee", adobe),
      with_segment(file, "\xff\xe2", {"ICC_PROFILE\0\0\0", 14}),  // a damaged colour profile
      file.substr(0, end),                                        // without an end marker
      file + std::string(1000, '\xff'),
      file + "trailing text",
      file + file,  // a second picture
      file.substr(0, end) + "\1\2\3" + file.substr(end),
      file.substr(0, 2) + "\1\2\3" + file.substr(2)};
  for (std::size_t i = 0; i < files.size(); ++i) EXPECT_EQ(whole(files[i]).pixels, right) << i;
}

TEST(Jpeg, RefusesFilesThatLackPixels) {
  const auto image = noise_image(40, 56);
  const auto file = jpeg_bytes(image);
  for (std::size_t lost = 3; lost < file.size() / 2; lost += 37)
    EXPECT_FALSE(refusal([&] { whole(file.substr(0, file.size() - lost)); }).empty()) << lost;
  // A progressive file that ends between two scans is a coarse image.
  JpegFormat format;
  format.progressive = true;
  const auto progressive = jpeg_bytes(image, format);
  int scans = 0;
  for (auto scan = progressive.find("\xff\xda"); scan != std::string::npos;
       scan = progressive.find("\xff\xda", scan + 1)) {
    if (scans++ == 0) continue;
    EXPECT_THAT(refusal([&] { whole(progressive.substr(0, scan)); }),
                testing::ElementsAre("x.jpg: a damaged JPEG file (scans are missing)"))
        << scans;
  }
  EXPECT_GT(scans, 4);
  EXPECT_EQ(whole(progressive.substr(0, progressive.size() - 2)).pixels, whole(progressive).pixels);
}

TEST(Jpeg, TurnsWholeImagesAndParts) {
  const auto file = jpeg_bytes(noise_image(90, 131), {2, 1});
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    std::string exif("Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\0\0\0\0", 28);
    exif[24] = static_cast<char>(orientation);
    const auto turned = with_segment(file, "\xff\xe1", exif);
    const bool exchanged = orientation >= 5;
    for (const int short_side : {0, 40}) {
      auto expected = whole(file, jpeg_size(bytes_of(file), "x.jpg", short_side));
      make_upright(expected, orientation);
      const auto size = jpeg_size(bytes_of(turned), "x.jpg", short_side);
      const auto image = whole(turned, size);
      EXPECT_EQ(image.height > image.width, exchanged);
      EXPECT_EQ(image.height, expected.height);
      EXPECT_EQ(image.pixels, expected.pixels);
      const Window wanted{5, 7, 20, 11};
      Image part;
      const auto held = decode_jpeg(bytes_of(turned), "x.jpg", size, wanted, part);
      EXPECT_TRUE(equal(expected, part, held, wanted));
    }
    const auto as_stored = jpeg_size(bytes_of(turned), "x.jpg", 0, false);
    EXPECT_EQ(as_stored.height, 90);
    EXPECT_EQ(whole(turned, as_stored).pixels, whole(file).pixels);
  }
}

}  // namespace
}  // namespace reslab
