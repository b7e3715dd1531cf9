#include "app/runs/pictures.h"

#include <gmock/gmock.h>

#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto* const begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

TEST(Pictures, AreReadAsTheyWereWritten) {
  const Folder folder;
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  RunPictures pictures{64000, 10000, 641, {}, {}, "conv1.weight", {}};
  for (std::size_t length = 0; length < 5; ++length)
    pictures.surest.push_back({7, 3, 5, 0.75, {32, 48, bytes_of(every_byte.substr(0, length))}});
  pictures.filters.push_back({3, 3, bytes_of(every_byte)});
  write_pictures(folder / "pictures.json", pictures);
  const auto read = read_pictures(folder / "pictures.json");
  EXPECT_EQ(read.iteration, 64000);
  EXPECT_EQ(read.images, 10000);
  EXPECT_EQ(read.misclassified, 641);
  EXPECT_EQ(read.filter_layer, "conv1.weight");
  ASSERT_EQ(read.surest.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(read.surest[i].picture.png, pictures.surest[i].picture.png);
  EXPECT_EQ(read.surest[0].index, 7);
  EXPECT_EQ(read.surest[0].label, 3);
  EXPECT_EQ(read.surest[0].predicted, 5);
  EXPECT_EQ(read.surest[0].probability, 0.75);
  EXPECT_EQ(read.surest[0].picture.height, 32);
  EXPECT_EQ(read.surest[0].picture.width, 48);
  ASSERT_EQ(read.filters.size(), 1U);
  EXPECT_EQ(read.filters[0].png, bytes_of(every_byte));
}

TEST(Pictures, AreBase64) {
  // RFC 4648, section 10
  EXPECT_EQ(to_base64(bytes_of("")), "");
  EXPECT_EQ(to_base64(bytes_of("f")), "Zg==");
  EXPECT_EQ(to_base64(bytes_of("fo")), "Zm8=");
  EXPECT_EQ(to_base64(bytes_of("foo")), "Zm9v");
  EXPECT_EQ(to_base64(bytes_of("foobar")), "Zm9vYmFy");
}

TEST(Pictures, DamagedOnesAreRefusedInOneLine) {
  const Folder folder;
  for (const char* text :
       {"{}", "[]", R"({"iteration": "x"})",
        R"({"iteration": 1, "test_images": 1, "misclassified": 0, "surest_misclassified": [],
            "filter_layer": "", "filters": [{"height": 1, "width": 1, "png": "<script>"}]})"}) {
    const auto file = folder.write("pictures.json", text);
    EXPECT_THAT(refusal([&] { read_pictures(file); }),
                testing::ElementsAre(testing::HasSubstr("pictures.json: damaged, expected")));
  }
}

}  // namespace
}  // namespace reslab::app
