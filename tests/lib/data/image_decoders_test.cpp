#include "reslab/data/image_decoders.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/data/image_writer.h"
#include "refusal.h"
#include "reslab/data/image_file.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::StartsWith;

Image decoded(const std::string& bytes) {
  return decode_image(std::as_bytes(std::span(bytes)), "x");
}

std::vector<int> values(const std::string& bytes) {
  const auto image = decoded(bytes);
  return {image.pixels.begin(), image.pixels.end()};
}

std::string little_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i, value >>= 8) bytes += static_cast<char>(value);
  return bytes;
}

/// A BMP file with a header of 40 bytes.
std::string bmp(int width, int height, int bits, int compression, const std::string& palette,
                const std::string& pixels) {
  const auto start = static_cast<std::uint32_t>(54 + palette.size());
  return "BM" + little_endian(0, 8) + little_endian(start, 4) + little_endian(40, 4) +
         little_endian(static_cast<std::uint32_t>(width), 4) +
         little_endian(static_cast<std::uint32_t>(height), 4) + little_endian(1, 2) +
         little_endian(static_cast<std::uint32_t>(bits), 2) +
         little_endian(static_cast<std::uint32_t>(compression), 4) + little_endian(0, 12) +
         little_endian(static_cast<std::uint32_t>(palette.size() / 4), 4) + little_endian(0, 4) +
         palette + pixels;
}

const std::string kPalette("\1\2\3\0\4\5\6\0\7\x8\x9\0", 12);  // blue, green, red, unused

TEST(Bmp, ReadsRowsFromTheBottomOrTheTop) {
  const std::string pixels("\1\2\3\4\5\6\0\0\7\x8\x9\xa\xb\xc\0\0", 16);
  EXPECT_THAT(values(bmp(2, 2, 24, 0, "", pixels)),
              ElementsAre(9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4));
  EXPECT_THAT(values(bmp(2, -2, 24, 0, "", pixels)),
              ElementsAre(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10));
}

TEST(Bmp, ReadsPalettesAndMasks) {
  EXPECT_THAT(values(bmp(3, 1, 4, 0, kPalette, {"\x10\x20\0\0", 4})),
              ElementsAre(6, 5, 4, 3, 2, 1, 9, 8, 7));
  EXPECT_THAT(values(bmp(2, 1, 1, 0, kPalette.substr(0, 8), {"\x40\0\0\0", 4})),
              ElementsAre(3, 2, 1, 6, 5, 4));
  EXPECT_THAT(values(bmp(1, 1, 16, 0, "", {"\x1f\x7c\0\0", 4})), ElementsAre(255, 0, 255));
  const std::string masks =
      little_endian(0xf800, 4) + little_endian(0x7e0, 4) + little_endian(0x1f, 4);
  EXPECT_THAT(values(bmp(1, 1, 16, 3, masks, {"\xe0\x07\0\0", 4})), ElementsAre(0, 255, 0));
}

TEST(Bmp, ReadsRunLengths) {
  // A run of two, the end of the row; three single pixels, padded to an even number; the end.
  const std::string runs("\2\1\0\0\0\3\2\0\1\0\0\1", 12);
  EXPECT_THAT(values(bmp(3, 2, 8, 1, kPalette, runs)),
              ElementsAre(9, 8, 7, 3, 2, 1, 6, 5, 4, 6, 5, 4, 6, 5, 4, 3, 2, 1));
}

TEST(Bmp, RefusesDamage) {
  const auto whole = bmp(2, 2, 24, 0, "", std::string(16, '\1'));
  for (std::size_t size = 2; size < whole.size(); ++size)
    EXPECT_THAT(refusal([&] { decoded(whole.substr(0, size)); }), ElementsAre(StartsWith("x: ")))
        << size;
  EXPECT_THAT(refusal([] { decoded(bmp(100000, 100000, 24, 0, "", "")); }),
              ElementsAre(HasSubstr("100000x100000 pixels")));
  EXPECT_THAT(refusal([] { decoded(bmp(1, 1, 8, 5, "", "")); }),
              ElementsAre(HasSubstr("compression 5")));
}

TEST(Pnm, ReadsPlainAndRawFiles) {
  EXPECT_THAT(values("P3\n# two pixels\n2 1\n15\n0 15 3 1 2 # end\n4\n"),
              ElementsAre(0, 255, 51, 17, 34, 68));
  EXPECT_THAT(values(std::string("P6 1 2 255\n\1\2\3\4\5\6")), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(values("P2 3 1 4 0 2 4"), ElementsAre(0, 0, 0, 128, 128, 128, 255, 255, 255));
  EXPECT_THAT(values("P5 2 1 255 \x7f\xff"), ElementsAre(127, 127, 127, 255, 255, 255));
  EXPECT_THAT(values(std::string("P5 2 1 65535\n\xff\xff\x80\0", 17)),
              ElementsAre(255, 255, 255, 128, 128, 128));
  EXPECT_THAT(values("P1 3 1 1 01"), ElementsAre(0, 0, 0, 255, 255, 255, 0, 0, 0));
  EXPECT_THAT(values("P4 3 1\n\x40"), ElementsAre(255, 255, 255, 0, 0, 0, 255, 255, 255));
}

TEST(Pnm, RefusesDamage) {
  for (const auto* bytes : {"P6", "P6 2", "P6 1 1 255", "P6 1 1 255 ab", "P5 1 1 0 a",
                            "P5 1 1 70000 a", "P3 1 1 15 1 2", "P3 1 1 15 1 2 16",
                            "P3 1 1 15 1 2 x", "P6 0 1 255 ", "P65 1 255 abc", "P1 1 1 2"})
    EXPECT_THAT(refusal([&] { decoded(bytes); }), ElementsAre(StartsWith("x: "))) << bytes;
  EXPECT_THAT(refusal([] { decoded("P6 100000 100000 255 "); }),
              ElementsAre(HasSubstr("100000x100000 pixels")));
  EXPECT_THAT(refusal([] { decoded("P6 9999 9999 255 ab"); }), ElementsAre(HasSubstr("too early")));
}

TEST(Gif, ReadsTheFirstFrameOnItsScreen) {
  const std::vector<int> shown = {1, 2, 3, 7, 8, 9, 1, 2, 3, 4, 5, 6};
  // A screen of 2 × 2 with four colours; a frame of one column at the right, with indices 2, 1.
  const std::string start("GIF89a\2\0\2\0\x81\0\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc", 25);
  const std::string frame(",\1\0\0\0\1\0\2\0\0\2\2\x54\x0a\0;", 16);
  EXPECT_THAT(values(start + frame), ElementsAreArray(shown));
  // With a transparent colour, the rest of the screen has it.
  const std::string control("!\xf9\4\1\0\0\3\0", 8);
  EXPECT_THAT(values(start + control + frame),
              ElementsAre(10, 11, 12, 7, 8, 9, 10, 11, 12, 4, 5, 6));
  for (std::size_t size = 6; size < start.size() + 12; ++size)
    EXPECT_THAT(refusal([&] { decoded((start + frame).substr(0, size)); }),
                ElementsAre(StartsWith("x: ")))
        << size;
  auto huge = start + frame;
  huge.replace(6, 4, "\xff\xff\xff\xff");
  EXPECT_THAT(refusal([&] { decoded(huge); }), ElementsAre(HasSubstr("65535x65535")));
}

TEST(Webp, ReadsLosslessFilesAndRefusesDamage) {
  const auto image = sample_image(9, 14);
  const auto file = webp_bytes(image);
  EXPECT_EQ(decoded(file).pixels, image.pixels);
  for (const auto size : {std::size_t{12}, std::size_t{30}, file.size() / 2})
    EXPECT_THAT(refusal([&] { decoded(file.substr(0, size)); }),
                ElementsAre("x: a damaged WebP file"));
}

/// A tag of a TIFF file with one value.
std::string tag(std::uint32_t number, std::uint32_t type, std::uint32_t value) {
  return little_endian(number, 2) + little_endian(type, 2) + little_endian(1, 4) +
         little_endian(value, 4);
}

/// A TIFF file of one strip with samples of 8 bits, or 16 if there is one.
std::string tiff(std::uint32_t height, std::uint32_t width, std::uint32_t samples,
                 std::uint32_t photometric, std::uint32_t orientation, const std::string& pixels,
                 std::uint32_t bits = 8) {
  const auto start = static_cast<std::uint32_t>(8 + 2 + 10 * 12 + 4);
  return std::string("II*\0\x08\0\0\0\x0a\0", 10) + tag(256, 4, width) + tag(257, 4, height) +
         tag(258, 3, bits) + tag(259, 3, 1) + tag(262, 3, photometric) + tag(273, 4, start) +
         tag(274, 3, orientation) + tag(277, 3, samples) + tag(278, 4, height) +
         tag(279, 4, static_cast<std::uint32_t>(pixels.size())) + std::string(4, '\0') + pixels;
}

TEST(Tiff, ReadsGreyRgbAndCmyk) {
  EXPECT_THAT(values(tiff(1, 2, 3, 2, 1, "\1\2\3\4\5\6")), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(values(tiff(1, 2, 1, 1, 1, "\1\2")), ElementsAre(1, 1, 1, 2, 2, 2));
  EXPECT_THAT(values(tiff(1, 2, 1, 0, 1, "\1\2")), ElementsAre(254, 254, 254, 253, 253, 253));
  EXPECT_THAT(values(tiff(1, 1, 4, 5, 1, {"\0\xff\x80\0", 4})), ElementsAre(255, 0, 127));
  EXPECT_THAT(values(tiff(1, 2, 1, 1, 1, {"\0\x80\xff\xff", 4}, 16)),
              ElementsAre(128, 128, 128, 255, 255, 255));
}

TEST(Tiff, TurnsImagesAndRefusesDamage) {
  EXPECT_THAT(values(tiff(1, 2, 1, 1, 6, "\1\2")), ElementsAre(1, 1, 1, 2, 2, 2));
  EXPECT_EQ(decoded(tiff(1, 2, 1, 1, 6, "\1\2")).height, 2);
  EXPECT_THAT(values(tiff(1, 2, 1, 1, 3, "\1\2")), ElementsAre(2, 2, 2, 1, 1, 1));
  const auto file = tiff(1, 2, 3, 2, 1, "\1\2\3\4\5\6");
  for (std::size_t size = 4; size < file.size(); ++size)
    EXPECT_THAT(refusal([&] { decoded(file.substr(0, size)); }), ElementsAre(StartsWith("x: ")))
        << size;
  EXPECT_THAT(refusal([] { decoded(tiff(100000, 100000, 3, 2, 1, "")); }),
              ElementsAre(HasSubstr("100000x100000 pixels")));
  EXPECT_THAT(refusal([] { decoded(tiff(1, 1, 1, 1, 1, "abcd", 32)); }),
              ElementsAre(HasSubstr("samples of 32 bits")));
}

}  // namespace
}  // namespace reslab
