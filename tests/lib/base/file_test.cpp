#include "reslab/base/file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "folder.h"
#include "refusal.h"
#include "reslab/base/error.h"

namespace reslab {
namespace {

TEST(TextFile, ReplacesTheWholeFileAndLeavesNothingBeside) {
  const Folder folder;
  const std::string text("a\0b\nπ", 6);
  write_text(folder / "file", "something longer than what comes");
  write_text(folder / "file", text);
  EXPECT_EQ(read_text(folder / "file"), text);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / ""), {}), 1);
}

TEST(TextFile, SaysWhichPathFailedAndWhy) {
  const Folder folder;
  const std::string file = folder.write("file", "text");
  try {
    make_directories(file + "/below");
    FAIL();
  } catch (const IoError& error) {
    EXPECT_EQ(error.what(), file + "/below: cannot be made a directory: Not a directory");
  }
  EXPECT_THROW(write_text(folder / "absent/file", "text"), IoError);
  EXPECT_THROW(read_text(folder / "absent"), InvalidInput);
}

TEST(File, RefusesDevicesAndTooLargeFiles) {
  const Folder folder;
  const auto file = folder.write("file", "12345");
  EXPECT_EQ(read_text(file, 5), "12345");
  EXPECT_EQ(refusal([&] { read_text(file, 4); }),
            std::vector<std::string>{file + ": larger than 4 bytes, expected a smaller file"});
  EXPECT_EQ(refusal([] { read_file("/dev/zero"); }),
            std::vector<std::string>{"/dev/zero: is a device, expected a file"});
}

TEST(File, APipeThatNobodyWritesIsEmpty) {
  const Folder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(read_text(pipe), "");
}

TEST(File, NothingIsWrittenOrRemovedThroughALink) {
  const Folder folder;
  const auto other = folder.write("other/file", "content");
  std::filesystem::create_directory(folder / "run");
  for (const auto* name : {"whole", "partial.partial", "growing"})
    std::filesystem::create_symlink(other, folder / (std::string("run/") + name));
  std::filesystem::create_directory_symlink(folder / "other", folder / "run/checkpoint");

  write_text(folder / "run/whole", "new");
  EXPECT_FALSE(std::filesystem::is_symlink(folder / "run/whole"));
  EXPECT_THAT([&] { write_text(folder / "run/partial", "new"); },
              testing::ThrowsMessage<IoError>(
                  testing::HasSubstr("partial: cannot be written: it is a link")));
  EXPECT_THAT([&] { GrowingFile(folder / "run/growing"); },
              testing::ThrowsMessage<IoError>(
                  testing::HasSubstr("growing: cannot be written: it is a link")));
  remove_directory(folder / "run/checkpoint");
  EXPECT_FALSE(std::filesystem::is_symlink(folder / "run/checkpoint"));
  remove_directory(folder / "run");
  EXPECT_EQ(read_text(other), "content");
}

TEST(File, AFileReplacesFilesOnly) {
  const Folder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string standard_output = folder / "stdout";
  std::filesystem::create_symlink("/proc/self/fd/1", standard_output);
  for (const auto& path : {pipe, folder / "", std::string("/dev/full"), standard_output}) {
    EXPECT_THROW(AtomicFile{path}, IoError) << path;
    EXPECT_THROW(put_in_place(folder.write("new", "text"), path), IoError) << path;
  }
  EXPECT_TRUE(std::filesystem::is_symlink(standard_output));
  std::filesystem::rename(pipe, folder / "text.partial");
  for (const auto write : {+[](const std::string& path) { write_text(path, "text"); },
                           +[](const std::string& path) { GrowingFile(path + ".partial"); }})
    EXPECT_THAT([&] { write(folder / "text"); },
                testing::ThrowsMessage<IoError>(
                    testing::HasSubstr("text.partial: cannot be written: it is a pipe")));
}

TEST(File, ALinkThatLeadsNowhereIsAnEntry) {
  const Folder folder;
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  std::filesystem::create_symlink("loop", folder / "loop");
  EXPECT_TRUE(has_entry(folder / "dangling"));
  EXPECT_TRUE(has_entry(folder / "loop"));
  EXPECT_TRUE(has_entry(folder / ""));
  EXPECT_FALSE(has_entry(folder / "absent"));
}

}  // namespace
}  // namespace reslab
