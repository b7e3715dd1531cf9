#include "reslab/interchange/network_input.h"

#include <gmock/gmock.h>

#include "refusal.h"

namespace reslab {
namespace {

TEST(NetworkInput, ReadsBackExactly) {
  NetworkInput input{2, 3, {{}, {0.229F, 1.0F / 3, 1e-7F}}, {"cat", "a \"dog\", 2", "ÿ"}};
  for (int i = 0; i < 18; ++i) input.normalization.mean.push_back(1.0F / static_cast<float>(i + 3));
  const auto back = read_input(input_metadata(input), "w");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->height, 2);
  EXPECT_EQ(back->width, 3);
  EXPECT_EQ(back->normalization.mean, input.normalization.mean);
  EXPECT_EQ(back->normalization.std, input.normalization.std);
  EXPECT_EQ(back->classes, input.classes);
  EXPECT_EQ(back->short_side, 0);
  input.short_side = 5;
  EXPECT_EQ(read_input(input_metadata(input), "w")->short_side, 5);
  EXPECT_TRUE(back->exif_orientation);
  input.exif_orientation = false;
  EXPECT_FALSE(read_input(input_metadata(input), "w")->exif_orientation);
}

TEST(NetworkInput, IsAbsentOrWholeOrRefused) {
  EXPECT_FALSE(read_input({{"format", "pt"}}, "w"));
  NetworkInput input;
  input.height = input.width = 32;
  input.normalization.mean = {0.1F, 0.2F, 0.3F};
  input.normalization.std = {1, 1, 1};
  input.classes = {"a"};
  const auto whole = input_metadata(input);
  const std::vector<std::pair<std::string, std::string>> damages = {{"mean", ""},
                                                                    {"mean", "0.1,0.2"},
                                                                    {"mean", "0.1,0.2,x"},
                                                                    {"mean", "0.1,0.2,inf"},
                                                                    {"std", "1,1,0"},
                                                                    {"std", "1,1"},
                                                                    {"height", "0"},
                                                                    {"height", "32x"},
                                                                    {"classes", "[1]"},
                                                                    {"classes", "a"},
                                                                    {"classes", R"(["a", "a"])"},
                                                                    {"width", "99999999999"},
                                                                    {"short_side", "31"},
                                                                    {"exif_orientation", "no"}};
  for (const auto& [key, value] : damages) {
    auto damaged = whole;
    damaged[key] = value;
    EXPECT_THAT(refusal([&] { read_input(damaged, "w"); }),
                testing::ElementsAre("w: its metadata are damaged: '" + key + "'"))
        << value;
  }
  for (const auto* key : {"std", "height", "width", "classes"}) {
    auto partial = whole;
    partial.erase(key);
    EXPECT_EQ(refusal([&] { read_input(partial, "w"); }).size(), 1) << key;
  }
}

}  // namespace
}  // namespace reslab
