#include "app/fetch/dataset_files.h"

#include <set>

#include <gmock/gmock.h>

#include "app/fetch/http_server.h"
#include "app/fetch/tar_file.h"
#include "folder.h"
#include "refusal.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A data set of one file, digits/train.bin.
RemoteDataSet digits(const std::string& archive, const std::string& url) {
  return {.name = "digits",
          .url = url,
          .md5 = md5_of(archive),
          .folder = "digits",
          .bytes = 1000,
          .errors = [](const std::string& folder) {
            const bool complete = std::filesystem::exists(folder + "/train.bin");
            return complete ? std::vector<std::string>()
                            : std::vector<std::string>{folder + ": has no train.bin"};
          }};
}

std::set<std::string> names_in(const std::filesystem::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.insert(entry.path().filename().string());
  return names;
}

std::string digits_archive(const Folder& folder, const std::string& file = "digits/train.bin") {
  const auto path = folder / "source.tar.gz";
  write_tar_gz(path, {{.path = file, .content = "0123456789"}});
  return path;
}

TEST(DatasetFiles, Md5) {  // RFC 1321, A.5
  const Folder folder;
  EXPECT_EQ(md5_of(folder.write("empty", "")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_of(folder.write("abc", "abc")), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(DatasetFiles, DownloadsAndUnpacks) {
  const Folder folder;
  const auto archive = digits_archive(folder);
  const HttpServer server({.content = read_text(archive)});
  fetch(digits(archive, server.url()), folder / "data", "");
  EXPECT_EQ(read_text(folder / "data/digits/train.bin"), "0123456789");
  EXPECT_THAT(names_in(folder / "data"), ElementsAre("digits"));
}

TEST(DatasetFiles, TakesAnArchiveOrAMirror) {
  const Folder folder;
  const auto archive = digits_archive(folder);
  const auto data_set = digits(archive, "http://127.0.0.1:1/unreachable");
  fetch(data_set, folder / "from-file", archive);
  EXPECT_EQ(read_text(folder / "from-file/digits/train.bin"), "0123456789");
  EXPECT_TRUE(std::filesystem::exists(archive));
  const HttpServer mirror({.content = read_text(archive)});
  fetch(data_set, folder / "from-url", mirror.url());
  EXPECT_EQ(read_text(folder / "from-url/digits/train.bin"), "0123456789");
}

TEST(DatasetFiles, CompletesAnIncompleteFolder) {
  const Folder folder;
  folder.write("data/digits/notes.txt", "mine");
  fetch(digits(digits_archive(folder), ""), folder / "data", folder / "source.tar.gz");
  EXPECT_THAT(names_in(folder / "data/digits"), ElementsAre("notes.txt", "train.bin"));
}

TEST(DatasetFiles, RefusesAnotherArchive) {
  const Folder folder;
  const auto archive = digits_archive(folder);
  auto other = read_text(archive);
  other.back() = static_cast<char>(other.back() ^ 1);
  const HttpServer server({.content = other});
  EXPECT_THAT(refusal([&] { fetch(digits(archive, server.url()), folder / "data", ""); }),
              ElementsAre(HasSubstr("MD5")));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "data"));
}

TEST(DatasetFiles, RefusesAnArchiveWithoutTheFiles) {
  const Folder folder;
  const auto archive = digits_archive(folder, "digits/other.bin");
  EXPECT_THAT(refusal([&] { fetch(digits(archive, ""), folder / "data", archive); }),
              ElementsAre(HasSubstr("has no train.bin")));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "data"));
}

}  // namespace
}  // namespace reslab::app
