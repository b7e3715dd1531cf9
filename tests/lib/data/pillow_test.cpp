// Compares every format and mode with what Pillow makes of the same files.

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "folder.h"
#include "lib/python.h"
#include "reslab/base/file.h"
#include "reslab/data/image_file.h"

namespace reslab {
namespace {

struct Expected {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;  // RGB, or one byte per pixel
};

Expected expected(const std::string& file) {
  Expected image;
  const auto text = read_text(file);
  const auto header = text.find('\n');
  int channels = 0;
  std::istringstream(text.substr(0, header)) >> image.height >> image.width >> channels;
  EXPECT_GT(channels, 0);
  image.pixels.assign(text.begin() + static_cast<std::ptrdiff_t>(header) + 1, text.end());
  return image;
}

/// The greatest difference of two lists of bytes; 256 if they have other lengths.
int difference(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  if (a.size() != b.size()) return 256;
  int greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) greatest = std::max(greatest, std::abs(a[i] - b[i]));
  return greatest;
}

TEST(Pillow, ReadsTheSameValuesFromEveryFormat) {
  if (const auto reason = python_lacks("PIL"); !reason.empty()) GTEST_SKIP() << reason;
  const Folder folder;
  const auto command = std::string("\"" RESLAB_PYTHON "\" -B \"" RESLAB_IMAGES "\" \"") +
                       folder.path().string() + "\"";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const auto path = entry.path().string();
    if (path.ends_with(".expected") || path.ends_with(".grey")) continue;
    SCOPED_TRACE(entry.path().filename());
    ++files;
    const auto image = read_image(path);
    const auto rgb = expected(path + ".expected");
    EXPECT_EQ(image.height, rgb.height);
    EXPECT_EQ(image.width, rgb.width);
    EXPECT_EQ(difference(image.pixels, rgb.pixels), 0);
    std::vector<std::uint8_t> grey;
    for (std::size_t i = 0; const auto value : read_image(path, {.grey = true}).pixels)
      if (i++ % 3 == 0) grey.push_back(value);
    EXPECT_EQ(difference(grey, expected(path + ".grey").pixels), 0);
  }
  EXPECT_GT(files, 100);
}

}  // namespace
}  // namespace reslab
