#include "app/fetch/archive.h"

#include <gmock/gmock.h>

#include "app/fetch/tar_file.h"
#include "folder.h"
#include "refusal.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kMost = 1000;

TEST(Archive, UnpacksFilesAndFolders) {
  const Folder folder;
  write_tar_gz(folder / "a.tar.gz", {{.path = "data/", .type = AE_IFDIR},
                                     {.path = "data/one.bin", .content = "1"},
                                     {.path = "data/deep/two.bin", .content = "22"}});
  std::filesystem::create_directory(folder / "out");
  unpack(folder / "a.tar.gz", folder / "out", kMost);
  EXPECT_EQ(read_text(folder / "out/data/one.bin"), "1");
  EXPECT_EQ(read_text(folder / "out/data/deep/two.bin"), "22");
}

TEST(Archive, RefusesWhatLeavesTheFolder) {
  struct Case {
    TarEntry entry;
    std::string text;
  };
  const std::vector<Case> cases = {
      {{.path = "../evil", .content = "x"}, "outside"},
      {{.path = "data/../../evil", .content = "x"}, "outside"},
      {{.path = "/tmp/evil", .content = "x"}, "outside"},
      {{.path = "link", .type = AE_IFLNK, .symlink = "/etc"}, "neither a file nor a folder"},
      {{.path = "link", .hardlink = "../evil"}, "neither a file nor a folder"},
      {{.path = "pipe", .type = AE_IFIFO}, "neither a file nor a folder"},
      {{.path = "device", .type = AE_IFCHR}, "neither a file nor a folder"},
      {{.path = "large", .content = std::string(kMost + 1, 'x')}, "more than it should"},
  };
  for (const auto& [entry, text] : cases) {
    SCOPED_TRACE(entry.path);
    const Folder folder;
    std::filesystem::create_directories(folder / "outer/out");
    write_tar_gz(folder / "a.tar.gz", {entry});
    EXPECT_THAT(refusal([&] { unpack(folder / "a.tar.gz", folder / "outer/out", kMost); }),
                ElementsAre(HasSubstr(text)));
    EXPECT_FALSE(std::filesystem::exists(folder / "evil"));
    EXPECT_FALSE(std::filesystem::exists(folder / "outer/evil"));
    EXPECT_TRUE(std::filesystem::is_empty(folder / "outer/out"));
  }
}

TEST(Archive, RefusesDamagedFiles) {
  const Folder folder;
  write_tar_gz(folder / "a.tar.gz", {{.path = "one.bin", .content = std::string(900, 'x')}});
  const auto whole = read_text(folder / "a.tar.gz");
  for (const auto& bytes :
       {whole.substr(0, whole.size() / 2), std::string("no archive"), std::string()}) {
    const auto file = folder.write("damaged.tar.gz", bytes);
    std::filesystem::create_directories(folder / "out");
    EXPECT_THAT(refusal([&] { unpack(file, folder / "out", kMost); }),
                ElementsAre(HasSubstr("damaged")));
  }
}

}  // namespace
}  // namespace reslab::app
