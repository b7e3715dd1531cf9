#include "reslab/data/folder_scan.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "folder.h"
#include "refusal.h"

namespace reslab {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(FolderScan, FindsImagesInTheOrderOfTorchvision) {
  const Folder folder;
  for (const auto* name : {"z.png", "a.JPG", "b/c/1.webp", "b/2.TIFF", "b/10.gif", "b x/3.bmp"})
    folder.write(name, "");
  EXPECT_THAT(find_images(folder / "").paths,
              ElementsAre(folder / "a.JPG", folder / "z.png", folder / "b/10.gif",
                          folder / "b/2.TIFF", folder / "b x/3.bmp", folder / "b/c/1.webp"));
}

TEST(FolderScan, KnowsEveryEndingInAnyCase) {
  const Folder folder;
  int files = 0;
  for (const auto* name : {"jpg", "jpeg", "jfif", "png", "ppm", "pgm", "bmp", "gif", "tif", "tiff",
                           "webp", "JPEG", "Png", "WebP"})
    folder.write(std::to_string(files++) + "." + name, "");
  const auto found = find_images(folder / "");
  EXPECT_EQ(std::ssize(found.paths), files);
  EXPECT_THAT(found.left_out, IsEmpty());
}

TEST(FolderScan, CountsWhatItLeavesOut) {
  const Folder folder;
  for (const auto* name : {"1.HEIC", "2.heic", "notes.txt", "README", "sub/3.heic", "4.png"})
    folder.write(name, "");
  fs::create_symlink("nowhere", folder / "gone.png");
  ASSERT_EQ(mkfifo((folder / "pipe.png").c_str(), 0600), 0);
  const auto found = find_images(folder / "");
  EXPECT_THAT(found.paths, ElementsAre(folder / "4.png"));
  EXPECT_THAT(found.left_out,
              UnorderedElementsAre(Pair(".heic", 3), Pair(".txt", 1), Pair("without ending", 1),
                                   Pair("broken link", 1), Pair("special file", 1)));
  EXPECT_EQ(left_out_text({{".heic", 8}, {"broken link", 4}}),
            "12 files left out (8 .heic, 4 broken links)");
  EXPECT_EQ(left_out_text({{"looping link", 1}}), "1 file left out (1 looping link)");
  EXPECT_EQ(left_out_text({}), "");
}

TEST(FolderScan, SkipsHiddenFilesAndFolders) {
  const Folder folder;
  for (const auto* name : {".DS_Store", "._1.png", ".cache/2.png", "a/.b/3.png", "a/4.png"})
    folder.write(name, "");
  const auto found = find_images(folder / "");
  EXPECT_THAT(found.paths, ElementsAre(folder / "a/4.png"));
  EXPECT_THAT(found.left_out, IsEmpty());
}

TEST(FolderScan, FollowsLinksAndNoticesLoops) {
  const Folder folder;
  const Folder elsewhere;
  elsewhere.write("photos/1.png", "");
  folder.write("cat/2.png", "");
  fs::create_directory_symlink(elsewhere / "photos", folder / "cat/more");
  fs::create_symlink(elsewhere / "photos/1.png", folder / "cat/3.png");
  fs::create_directory_symlink("..", folder / "cat/up");
  fs::create_directory_symlink(".", folder / "cat/self");
  LeftOut left_out;
  const auto classes = find_class_images(folder / "", left_out);
  ASSERT_THAT(classes, ElementsAre(Pair("cat", testing::_)));
  EXPECT_THAT(classes.at("cat").paths,
              testing::UnorderedElementsAreArray(std::vector<std::string>{
                  folder / "cat/2.png", folder / "cat/3.png", folder / "cat/more/1.png"}));
  EXPECT_EQ(left_out["looping link"], 2);
}

TEST(FolderScan, CountsFilesOutsideTheClassFolders) {
  const Folder folder;
  folder.write("1.png", "");
  folder.write(".hidden.png", "");
  folder.write("cat/2.png", "");
  LeftOut left_out;
  EXPECT_EQ(find_class_images(folder / "", left_out).at("cat").paths.size(), 1U);
  EXPECT_THAT(left_out, ElementsAre(Pair("outside class folders", 1)));
}

TEST(FolderScan, RefusesWhatIsNotAFolder) {
  const Folder folder;
  EXPECT_THAT(refusal([&] { find_images(folder / "absent"); }),
              ElementsAre(HasSubstr("absent: cannot be read")));
}

}  // namespace
}  // namespace reslab
