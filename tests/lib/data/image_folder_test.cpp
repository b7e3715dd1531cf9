#include "reslab/data/image_folder.h"

#include <cstddef>
#include <filesystem>
#include <set>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "folder.h"
#include "lib/data/image_writer.h"
#include "refusal.h"
#include "reslab/data/resize.h"
#include "reslab/data/transform.h"

namespace reslab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

FolderSource source_in(const Folder& folder, std::int64_t short_side = 8, std::int64_t size = 8) {
  return FolderSource({.root = folder / "", .short_side = short_side, .size = size});
}

std::vector<std::uint8_t> bytes_of(const LazyImage& view) { return resized(view).pixels; }

void write_classes(const Folder& folder, const std::string& part) {
  folder.write(part + "/wasp/2.JPG", jpeg_bytes(sample_image(9, 12)));
  folder.write(part + "/wasp/1.png", png_bytes(sample_image(12, 10)));
  folder.write(part + "/ant/only.Jpeg", jpeg_bytes(sample_image(16, 8)));
}

TEST(ImageFolder, NumbersClassesByNameAndDecodesWhenAsked) {
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "test");
  folder.write("train/wasp/notes.txt", "not an image");
  folder.write("train/wasp/.hidden.png", "not an image");
  const auto source = source_in(folder);
  const auto data = source.load();
  EXPECT_THAT(data.classes, ElementsAre("ant", "wasp"));
  ASSERT_EQ(data.train->size(), 3);
  EXPECT_EQ(data.train->label(0), 0);
  EXPECT_EQ(data.train->label(1), 1);
  EXPECT_EQ(data.train->label(2), 1);
  std::vector<std::uint8_t> buffer;
  const auto view = data.train->view(1, buffer);
  EXPECT_EQ(view.width, 8);
  EXPECT_EQ(view.height, 9);
  EXPECT_EQ(bytes_of(view), resized(sample_image(12, 10).view(), 9, 8).pixels);
  EXPECT_EQ(source.outline()->classes, 2);
  EXPECT_EQ(source.outline()->train_images, 3);
}

TEST(ImageFolder, TestsOnTestOrElseOnVal) {
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "val");
  auto data = source_in(folder).load();
  EXPECT_EQ(data.test->size(), 3);
  EXPECT_EQ(data.validation, nullptr);
  EXPECT_FALSE(source_in(folder).outline()->has_validation);

  write_classes(folder, "test");
  folder.write("test/ant/another.png", png_bytes(sample_image(8, 8)));
  data = source_in(folder).load();
  EXPECT_EQ(data.test->size(), 4);
  ASSERT_NE(data.validation, nullptr);
  EXPECT_EQ(data.validation->size(), 3);
  EXPECT_TRUE(source_in(folder).outline()->has_validation);
}

TEST(ImageFolder, SaysWhatIsMissing) {
  const Folder folder;
  EXPECT_THAT(source_in(folder).file_errors(),
              ElementsAre(HasSubstr("train"), HasSubstr("neither test/ nor val/")));
  EXPECT_FALSE(source_in(folder).outline().has_value());
  const FolderSource nowhere({.root = folder / "nowhere"});
  EXPECT_THAT(nowhere.file_errors(), ElementsAre(HasSubstr("no such folder")));
}

TEST(ImageFolder, RefusesWrongFoldersAllAtOnce) {
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "test");
  std::filesystem::create_directories(folder / "train/bee");
  folder.write("test/fly/x.png", png_bytes(sample_image(8, 8)));
  EXPECT_THAT(refusal([&] { source_in(folder).load(); }),
              UnorderedElementsAre(
                  AllOf(HasSubstr("train/bee"), HasSubstr("empty class folder")),
                  AllOf(HasSubstr("test"), HasSubstr("train/ does not have: fly")),
                  AllOf(HasSubstr("test"), HasSubstr("lacks classes that train/ has: bee"))));
}

TEST(ImageFolder, NamesTheImageThatCannotBeUsed) {
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "test");
  const auto path = folder.write("train/ant/broken.png", "not an image");
  const auto narrow = folder.write("train/ant/narrow.png", png_bytes(sample_image(1, 3000)));
  const auto jpeg = jpeg_bytes(sample_image(9, 12));
  const auto cut = folder.write("train/ant/cut.jpg", jpeg.substr(0, jpeg.size() / 2));
  const auto data = source_in(folder).load();
  std::vector<std::uint8_t> buffer;
  EXPECT_THAT(refusal([&] { data.train->view(0, buffer); }), ElementsAre(HasSubstr(path)));
  const FolderImages cut_image({{cut, 0}}, {8, 0, false, 0});
  EXPECT_THAT(refusal([&] { resized(cut_image.view(0, buffer)); }), ElementsAre(HasSubstr(cut)));
  EXPECT_THAT(refusal([&] { data.train->view(2, buffer); }),
              ElementsAre(AllOf(HasSubstr(narrow), HasSubstr("3000x1"))));
}

TEST(ImageFolder, ScalesTrainingImagesAtRandomWithinTheRange) {
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "test");
  FolderOptions options{.root = folder / "", .short_side = 8, .largest_short_side = 11, .size = 8};
  const auto data = FolderSource(options).load();
  std::vector<std::uint8_t> buffer;
  std::set<int> sides;
  for (std::uint64_t i = 0; i < 60; ++i) {
    Random random{i};
    Random again{i};
    const auto view = data.train->training_view(1, random, buffer);
    EXPECT_EQ(data.train->training_view(1, again, buffer).width, view.width);
    sides.insert(view.width);  // the shorter side
  }
  EXPECT_THAT(sides, ElementsAre(8, 9, 10, 11));
  EXPECT_EQ(data.train->view(1, buffer).width, 8);
  Random random{1};
  EXPECT_EQ(data.test->training_view(1, random, buffer).width, 8);

  options.largest_short_side = 7;
  EXPECT_THAT(FolderSource(options).errors(),
              ElementsAre(HasSubstr("largest_short_side: 7 is below")));
}

TEST(ImageFolder, GivesTheSameImagesWhateverIsKeptInMemory) {
  const Folder folder;
  std::vector<FolderImages::File> files;
  for (int i = 0; i < 4; ++i)
    files.push_back(
        {folder.write(std::to_string(i) + ".jpg", jpeg_bytes(sample_image(60, 40 + i))), 0});
  for (const int largest : {12, 17})
    for (const bool exact : {false, true}) {
      const auto images_of = [&](std::int64_t cache) {
        const FolderImages images(files, {12, largest, exact, cache});
        std::vector<std::vector<std::uint8_t>> all;
        for (std::uint64_t time = 0; time < 20; ++time) {
          Random random{time};
          std::vector<std::uint8_t> buffer;
          all.push_back(
              bytes_of(images.training_view(static_cast<std::int64_t>(time % 4), random, buffer)));
          all.push_back(bytes_of(images.view(static_cast<std::int64_t>(time % 4), buffer)));
        }
        return all;
      };
      const auto fresh = images_of(0);
      for (const std::int64_t cache : {1000, 3000, 1 << 20}) EXPECT_EQ(images_of(cache), fresh);
    }
}

// ResLab decodes only the rows of the crop if an image is not cached.
TEST(ImageFolder, GivesTheSameCutsWhateverIsKeptInMemory) {
  const Folder folder;
  std::vector<FolderImages::File> files;
  for (int i = 0; i < 5; ++i)
    files.push_back(
        {folder.write(std::to_string(i) + ".jpg", jpeg_bytes(sample_image(70 + i, 90 - 4 * i))),
         0});
  files.push_back({folder.write("5.png", png_bytes(sample_image(50, 71))), 0});
  const Normalization normalization{{0.5F, 0.5F, 0.5F}, {0.2F, 0.3F, 0.4F}};
  Augment resized_crops{0, true};
  resized_crops.random_resized_crop.emplace();
  resized_crops.color_jitter = ColorJitter{0.4, 0.4, 0.4, 0.1};
  const std::tuple<int, int, Augment> table[] = {
      {20, 0, {2, true}}, {33, 0, {2, true}}, {20, 30, resized_crops}, {20, 57, resized_crops}};
  for (const auto& [largest, decoded_side, augment] : table) {
    const Transform transform(16, 16, normalization, augment);
    const FolderImages decoded(files, {20, largest, false, 0, decoded_side});
    const FolderImages kept(files, {20, largest, false, 1 << 20, decoded_side});
    for (std::uint64_t time = 0; time < 60; ++time) {
      const auto cut_of = [&](const Images& images) {
        Random random{time};
        std::vector<std::uint8_t> buffer;
        std::vector<float> out(std::size_t{16} * 16 * 3);
        const auto view =
            images.training_view(static_cast<std::int64_t>(time % files.size()), random, buffer);
        transform.training(view, random, out.data());
        return out;
      };
      EXPECT_EQ(cut_of(decoded), cut_of(kept)) << time;
    }
  }
}

TEST(ImageFolder, DecodesLargeEnoughForResizedCrops) {
  const Folder folder;
  for (const auto* part : {"train", "test"})
    folder.write(std::string(part) + "/a/1.jpg", jpeg_bytes(sample_image(160, 200)));
  const auto decoded_height = [&](const Augment& augment) {
    const auto data =
        FolderSource({.root = folder / "", .short_side = 16, .size = 16}, augment).load();
    std::vector<std::uint8_t> buffer;
    return data.train->view(0, buffer).stored.height;
  };
  EXPECT_EQ(decoded_height({}), 16);  // cached as it is needed
  Augment augment;
  augment.random_resized_crop = RandomResizedCrop{{0.08, 1}, {0.75, 1.25}};  // 16 / √0.08 is 57
  EXPECT_EQ(decoded_height(augment), 80);
  augment.random_resized_crop->scale = {0.5, 1};
  EXPECT_EQ(decoded_height(augment), 40);
}

TEST(ImageFolder, RefusesACutLargerThanTheImages) {
  const Folder folder;
  EXPECT_THAT(source_in(folder, 8, 9).errors(), ElementsAre(HasSubstr("short_side 8")));
  EXPECT_THAT(source_in(folder, 8, 8).errors(), IsEmpty());
}

}  // namespace
}  // namespace reslab
