#include "reslab/data/image_folder.h"

#include <cstddef>
#include <filesystem>
#include <set>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "folder.h"
#include "lib/data/image_writer.h"
#include "refusal.h"
#include "reslab/data/resize.h"
#include "reslab/data/transform.h"

namespace reslab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

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
  const auto data = source.load(Splits::all);
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
  auto data = source_in(folder).load(Splits::all);
  EXPECT_EQ(data.test->size(), 3);
  EXPECT_EQ(data.validation, nullptr);
  EXPECT_FALSE(source_in(folder).outline()->has_validation);

  write_classes(folder, "test");
  folder.write("test/ant/another.png", png_bytes(sample_image(8, 8)));
  data = source_in(folder).load(Splits::all);
  EXPECT_EQ(data.test->size(), 4);
  ASSERT_NE(data.validation, nullptr);
  EXPECT_EQ(data.validation->size(), 3);
  EXPECT_TRUE(source_in(folder).outline()->has_validation);
}

TEST(ImageFolder, SaysWhatIsMissing) {
  const Folder folder;
  EXPECT_THAT(source_in(folder).file_errors(Splits::all),
              ElementsAre(HasSubstr("train"), HasSubstr("neither test/ nor val/")));
  EXPECT_FALSE(source_in(folder).outline().has_value());
  const FolderSource nowhere({.root = folder / "nowhere"});
  EXPECT_THAT(nowhere.file_errors(Splits::all), ElementsAre(HasSubstr("no such folder")));
}

TEST(ImageFolder, RefusesWrongFoldersAllAtOnce) {
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "test");
  std::filesystem::create_directories(folder / "train/bee");
  folder.write("test/fly/x.png", png_bytes(sample_image(8, 8)));
  EXPECT_THAT(refusal([&] { source_in(folder).load(Splits::all); }),
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
  const auto data = source_in(folder).load(Splits::all);
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
  const auto data = FolderSource(options).load(Splits::all);
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
    const auto data = FolderSource({.root = folder / "", .short_side = 16, .size = 16}, augment)
                          .load(Splits::all);
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

// torchvision's ImageFolder counts the images in the folders below a class folder too.
TEST(ImageFolder, ReadsNestedFoldersAndEveryFormat) {
  const Folder folder;
  const auto image = sample_image(8, 8);
  for (const auto* name : {"train/cat/1.png", "train/cat/in/doors/2.png", "train/dog/3.png",
                           "val/cat/4.png", "val/dog/5.png", "train/cat/not-webp.webp"})
    folder.write(name, png_bytes(image));
  folder.write("train/cat/6.webp", webp_bytes(image));
  folder.write("train/cat/7.heic", "");
  folder.write("train/dog/.8.png", "");
  std::filesystem::create_directory_symlink(folder / "train/cat/in", folder / "train/dog/link");
  std::filesystem::create_symlink(folder / "nowhere.png", folder / "val/dog/gone.png");
  const auto source = source_in(folder);
  EXPECT_EQ(
      source.describe(Splits::all),
      "images in " + (folder / "") +
          ": 6 training and 2 test images, 2 classes; 2 files left out (1 .heic, 1 broken link)");
  const auto data = source.load(Splits::all);
  ASSERT_EQ(data.train->size(), 6);
  std::vector<std::uint8_t> buffer;
  for (std::int64_t i = 0; i < 6; ++i) {
    EXPECT_EQ(data.train->label(i), i < 4 ? 0 : 1);
    EXPECT_EQ(bytes_of(data.train->view(i, buffer)), image.pixels);
  }
}

TEST(ImageFolder, EvaluatesWithoutTrainingImages) {
  const Folder folder;
  write_classes(folder, "val");
  const auto source = source_in(folder);
  EXPECT_THAT(source.file_errors(Splits::without_training), IsEmpty());
  EXPECT_THAT(source.describe(Splits::without_training), EndsWith(": 3 test images, 2 classes"));
  const auto data = source.load(Splits::without_training);
  EXPECT_EQ(data.train, nullptr);
  EXPECT_EQ(data.test->size(), 3);
  EXPECT_THAT(data.classes, ElementsAre("ant", "wasp"));
  folder.write("train/bee/broken", "");  // is not looked at
  EXPECT_EQ(source_in(folder).load(Splits::without_training).test->size(), 3);
}

TEST(ImageFolder, SkipsUnreadableImagesIfAsked) {
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "val");
  const auto png = png_bytes(sample_image(20, 20));
  const std::vector<std::string> broken = {
      folder.write("train/ant/a.png", png.substr(0, png.size() / 2)),
      folder.write("train/wasp/empty.gif", ""), folder.write("val/ant/text.jpg", "text")};
  FolderOptions options{.root = folder / "", .short_side = 8, .size = 8};
  const std::vector<testing::Matcher<std::string>> lines = {
      AllOf(StartsWith(broken[0] + ": "), HasSubstr("damaged PNG")),
      AllOf(StartsWith(broken[1] + ": "), HasSubstr("empty file")),
      AllOf(StartsWith(broken[2] + ": "), HasSubstr("not an image"))};
  EXPECT_THAT(FolderSource(options).unreadable_images(), UnorderedElementsAreArray(lines));
  EXPECT_EQ(FolderSource(options).load(Splits::all).train->size(), 5);
  options.unreadable = FolderOptions::Unreadable::skip;
  const auto data = FolderSource(options).load(Splits::all);
  EXPECT_THAT(data.unreadable, UnorderedElementsAreArray(lines));
  EXPECT_EQ(data.train->size(), 3);
  EXPECT_EQ(data.test->size(), 3);
  std::vector<std::uint8_t> buffer;
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_NO_THROW(bytes_of(data.train->view(i, buffer)));
  EXPECT_EQ(data.train->label(0), 0);
  EXPECT_EQ(data.train->label(2), 1);
  std::filesystem::remove(folder / "train/ant/only.Jpeg");
  EXPECT_THAT(refusal([&] { FolderSource(options).load(Splits::all); }),
              ElementsAre(folder / "train/ant: none of its images can be read"));
}

// A folder that may not be entered; root may enter every folder.
TEST(ImageFolder, TreatsFilesWithoutPermissionAsUnreadable) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read every file";
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "val");
  std::filesystem::permissions(folder / "train/ant/only.Jpeg", std::filesystem::perms::none);
  EXPECT_THAT(source_in(folder).unreadable_images(),
              ElementsAre(AllOf(HasSubstr("only.Jpeg"), HasSubstr("Permission denied"))));
}

TEST(ImageFolder, MakesImagesGreyForOneChannel) {
  const Folder folder;
  write_classes(folder, "train");
  write_classes(folder, "val");
  FolderOptions options{.root = folder / "", .short_side = 8, .size = 8, .channels = 1, .cache = 0};
  EXPECT_EQ(FolderSource(options).outline()->channels, 1);
  const auto data = FolderSource(options).load(Splits::all);
  EXPECT_EQ(data.channels, 1);
  std::vector<std::uint8_t> buffer;
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto pixels = bytes_of(data.train->view(i, buffer));
    for (std::size_t k = 0; k < pixels.size(); ++k) EXPECT_EQ(pixels[k], pixels[k / 3 * 3]);
  }
  options.channels = 2;
  EXPECT_THAT(FolderSource(options).errors(), ElementsAre(HasSubstr("expected 1 or 3")));
}

TEST(ImageFolder, ReplacesControlCharactersInClassNames) {
  const Folder folder;
  for (const auto* name : {"train/a\n\x1b[2J/1.png", "val/a\n\x1b[2J/1.png"})
    folder.write(name, png_bytes(sample_image(8, 8)));
  EXPECT_THAT(source_in(folder).load(Splits::all).classes, ElementsAre("a??[2J"));
}

TEST(ImageFolder, ShowsNamesThatAreNotUtf8) {
  const Folder folder;
  const auto image = png_bytes(sample_image(8, 8));
  for (const auto* name :
       {"train/caf\xe9/1.png", "train/ok/1.png", "val/caf\xe9/\xff.png", "val/ok/1.png"})
    folder.write(name, image);
  const auto data = source_in(folder).load(Splits::all);
  EXPECT_THAT(data.classes, ElementsAre("caf\uFFFD", "ok"));
  EXPECT_EQ(data.test->size(), 2);
  folder.write("train/caf\xe8/1.png", image);
  folder.write("val/caf\xe8/1.png", image);
  EXPECT_THAT(refusal([&] { source_in(folder).load(Splits::all); }),
              testing::Each(HasSubstr("looks like another class; rename it")));
}

TEST(ImageFolder, RefusesACutLargerThanTheImages) {
  const Folder folder;
  EXPECT_THAT(source_in(folder, 8, 9).errors(), ElementsAre(HasSubstr("short_side 8")));
  EXPECT_THAT(source_in(folder, 8, 8).errors(), IsEmpty());
}

}  // namespace
}  // namespace reslab
