#include "reslab/data/image_file.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "folder.h"
#include "lib/data/image_writer.h"
#include "refusal.h"
#include "reslab/data/resize.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Image decoded_png(const std::string& bytes) {
  return decode_image(std::as_bytes(std::span(bytes)), "x.png");
}

TEST(ImageFile, ReadsEveryKindOfPng) {
  const auto image = sample_image(7, 5);
  for (const int colour_type : {0, 2, 4, 6})
    for (const int bit_depth : {8, 16}) {
      const auto read = decoded_png(png_bytes(image, colour_type, bit_depth));
      EXPECT_EQ(read.height, 7);
      EXPECT_EQ(read.width, 5);
      const bool grey = colour_type == 0 || colour_type == 4;
      ASSERT_EQ(read.pixels.size(), image.pixels.size());
      for (std::size_t i = 0; i < image.pixels.size(); ++i)
        EXPECT_EQ(read.pixels[i], image.pixels[grey ? i / 3 * 3 : i])
            << "colour type " << colour_type << ", " << bit_depth << " bits, byte " << i;
    }
}

TEST(ImageFile, WritesPngWithoutLoss) {
  for (const auto& image : {sample_image(5, 9), noise_image(64, 33)}) {
    const auto decoded = decode_image(encode_png(image.view()), "x.png");
    EXPECT_EQ(decoded.height, image.height);
    EXPECT_EQ(decoded.width, image.width);
    EXPECT_EQ(decoded.pixels, image.pixels);
  }
}

TEST(ImageFile, ReadsColourAndGreyJpegs) {
  const auto image = sample_image(24, 40);
  for (const bool grey : {false, true}) {
    const auto read = decoded_png(jpeg_bytes(image, {1, 1, grey}));
    EXPECT_EQ(read.height, 24);
    EXPECT_EQ(read.width, 40);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
      EXPECT_LE(std::abs(read.pixels[i] - image.pixels[grey ? i / 3 * 3 : i]), 4) << i;
  }
}

TEST(ImageFile, ShrinksJpegsAsFarAsAsked) {
  const auto bytes = jpeg_bytes(sample_image(48, 64));
  const auto decoded = [&](int short_side) {
    return decode_image(std::as_bytes(std::span(bytes)), "x.jpg", {short_side});
  };
  for (const auto& [short_side, height, width] : std::vector<std::array<int, 3>>{{0, 48, 64},
                                                                                 {48, 48, 64},
                                                                                 {49, 48, 64},
                                                                                 {24, 24, 32},
                                                                                 {23, 24, 32},
                                                                                 {6, 6, 8},
                                                                                 {1, 6, 8}}) {
    const auto image = decoded(short_side);
    EXPECT_EQ(image.height, height) << short_side;
    EXPECT_EQ(image.width, width) << short_side;
  }
  const auto small = decoded(24);
  const auto whole = resized(decoded(0).view(), 24, 32);
  double difference = 0;
  for (std::size_t i = 0; i < small.pixels.size(); ++i)
    difference += std::abs(small.pixels[i] - whole.pixels[i]);
  EXPECT_LT(difference / static_cast<double>(small.pixels.size()), 4);
  const auto png = png_bytes(sample_image(48, 64));
  EXPECT_EQ(decode_image(std::as_bytes(std::span(png)), "x.png", {10}).height, 48);
}

TEST(ImageFile, TellsTheKindFromTheContent) {
  const Folder folder;
  const auto image = sample_image(4, 4);
  EXPECT_EQ(read_image(folder.write("really-a-png.jpg", png_bytes(image))).pixels, image.pixels);
}

TEST(ImageFile, RefusesDamagedFilesByName) {
  const Folder folder;
  const auto png = png_bytes(sample_image(30, 30));
  const auto jpeg = jpeg_bytes(sample_image(30, 30));
  auto flipped = png;
  flipped[png.size() / 2] = static_cast<char>(~flipped[png.size() / 2]);
  for (const auto& bytes :
       {png.substr(0, png.size() / 2), flipped, jpeg.substr(0, jpeg.size() / 2), jpeg.substr(0, 20),
        png.substr(0, 10), std::string("GIF89a"), std::string()}) {
    const auto path = folder.write("broken.png", bytes);
    EXPECT_THAT(refusal([&] { read_image(path); }), ElementsAre(StartsWith(path + ": ")));
  }
  EXPECT_THAT(refusal([&] { read_image(folder / "absent.png"); }),
              ElementsAre(HasSubstr("absent.png")));
}

// A truncated file or a file with a wrong byte is refused or decodes to some image. It does not
// crash the program.
TEST(ImageFile, SurvivesEveryCutAndManyWrongBytes) {
  for (const auto& bytes : {png_bytes(sample_image(9, 9)), jpeg_bytes(sample_image(9, 9))})
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      EXPECT_FALSE(i + 20 < bytes.size() &&
                   refusal([&] { decoded_png(bytes.substr(0, i)); }).empty())
          << i;
      auto wrong = bytes;
      wrong[i] = static_cast<char>(wrong[i] ^ 0x55);
      refusal([&] { decoded_png(wrong); });
    }
}

TEST(ImageFile, RefusesAbsurdSizes) {
  EXPECT_THAT(refusal([] { decoded_png(png_bytes(sample_image(1, kLargestSide + 1))); }),
              ElementsAre(HasSubstr("16385x1")));
  auto jpeg = jpeg_bytes(sample_image(8, 8));
  const auto header = jpeg.find("\xff\xc0");  // start of frame: length, precision, height, width
  ASSERT_NE(header, std::string::npos);
  for (std::size_t i = 5; i < 9; ++i) jpeg[header + i] = '\x55';
  EXPECT_THAT(refusal([&] { decoded_png(jpeg); }), ElementsAre(HasSubstr("21845x21845")));
}

TEST(ImageFile, RefusesWhatIsNoFileOfReasonableSize) {
  const Folder folder;
  EXPECT_THAT(refusal([] { read_image("/dev/zero"); }),
              ElementsAre("/dev/zero: not a regular file; expected an image"));
  ASSERT_EQ(mkfifo((folder / "pipe.png").c_str(), 0600), 0);
  EXPECT_THAT(refusal([&] { read_image(folder / "pipe.png"); }),
              ElementsAre(HasSubstr("not a regular file")));
  EXPECT_THAT(refusal([&] { read_image(folder / ""); }),
              ElementsAre(HasSubstr("not a regular file")));
  std::filesystem::resize_file(folder.write("huge.png", ""), std::uintmax_t{10} << 30);
  EXPECT_THAT(refusal([&] { read_image(folder / "huge.png"); }),
              ElementsAre(HasSubstr("10737418240 bytes")));
}

TEST(ImageFile, NamesOtherFilesForWhatTheyAre) {
  EXPECT_THAT(refusal([] {
                decoded_png(
                    std::string("\0\0\0\x18"
                                "ftypheic",
                                12));
              }),
              ElementsAre(HasSubstr("a HEIC, AVIF or video file")));
  EXPECT_THAT(refusal([] { decoded_png("<html>"); }),
              ElementsAre(HasSubstr("not an image; expected JPEG")));
  EXPECT_THAT(refusal([] { decoded_png(""); }), ElementsAre(HasSubstr("an empty file")));
}

TEST(ImageFile, MakesImagesGreyLikePillow) {
  Image image{1, 3, {255, 0, 0, 0, 255, 0, 10, 20, 30}};
  make_grey(image);
  EXPECT_THAT(image.pixels, ElementsAre(76, 76, 76, 150, 150, 150, 18, 18, 18));
}

}  // namespace
}  // namespace reslab
