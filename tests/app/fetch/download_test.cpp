#include "app/fetch/download.h"

#include <gmock/gmock.h>

#include "app/fetch/http_server.h"
#include "folder.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr DownloadOptions kQuick{3, std::chrono::milliseconds(1)};

std::string some_bytes() {
  std::string bytes;
  for (std::uint64_t i = 0; i < 300'000; ++i) bytes += static_cast<char>(i * i % 251);
  return bytes;
}

std::string failure_of(const std::string& url, const std::string& path) {
  try {
    download(url, path, {}, kQuick);
  } catch (const IoError& error) {
    return error.what();
  }
  return "no failure";
}

TEST(Download, WritesTheFile) {
  const Folder folder;
  const HttpServer server({.content = some_bytes()});
  std::int64_t last = 0;
  std::int64_t total = 0;
  download(server.url(), folder / "file", [&](std::int64_t bytes, std::int64_t all) {
    EXPECT_GE(bytes, last);
    last = bytes;
    total = all;
  });
  EXPECT_EQ(read_text(folder / "file"), some_bytes());
  EXPECT_EQ(last, 300'000);
  EXPECT_EQ(total, 300'000);
  EXPECT_FALSE(std::filesystem::exists(folder / "file.partial"));
}

TEST(Download, GoesOnAfterBrokenConnections) {
  const Folder folder;
  const HttpServer server({.content = some_bytes(), .broken = 2, .broken_after = 100'000});
  download(server.url(), folder / "file", {}, kQuick);
  EXPECT_EQ(read_text(folder / "file"), some_bytes());
  EXPECT_EQ(server.requests(), 3);
  EXPECT_EQ(server.bytes_sent(), 300'000U);
}

TEST(Download, KeepsWhatItHasForTheNextCall) {
  const Folder folder;
  {
    const HttpServer server({.content = some_bytes(), .broken = 99, .broken_after = 1000});
    EXPECT_THAT(failure_of(server.url(), folder / "file"), StartsWith(server.url() + ": "));
    EXPECT_EQ(std::filesystem::file_size(folder / "file.partial"), 3000U);
    EXPECT_FALSE(std::filesystem::exists(folder / "file"));
  }
  const HttpServer server({.content = some_bytes()});
  download(server.url(), folder / "file", {}, kQuick);
  EXPECT_EQ(read_text(folder / "file"), some_bytes());
  EXPECT_EQ(server.bytes_sent(), 297'000U);
}

TEST(Download, BeginsAnewIfTheServerSendsWholeFilesOnly) {
  const Folder folder;
  folder.write("file.partial", "other bytes");
  const HttpServer server({.content = some_bytes(), .ranges = false});
  download(server.url(), folder / "file", {}, kQuick);
  EXPECT_EQ(read_text(folder / "file"), some_bytes());
}

TEST(Download, TakesACompletePartialFile) {
  const Folder folder;
  folder.write("file.partial", some_bytes());
  const HttpServer server({.content = some_bytes()});
  download(server.url(), folder / "file", {}, kQuick);
  EXPECT_EQ(read_text(folder / "file"), some_bytes());
  EXPECT_EQ(server.bytes_sent(), 0U);
}

TEST(Download, FollowsRedirections) {
  const Folder folder;
  const HttpServer server({.content = some_bytes(), .redirect = "/there"});
  download(server.url("/here"), folder / "file", {}, kQuick);
  EXPECT_EQ(read_text(folder / "file"), some_bytes());
}

TEST(Download, NamesTheUrlAndTheReason) {
  const Folder folder;
  const HttpServer absent({.content = "", .status = "404 Not Found"});
  EXPECT_THAT(failure_of(absent.url(), folder / "file"), HasSubstr("404"));
  EXPECT_EQ(absent.requests(), 1);
  const HttpServer overloaded({.content = "", .status = "503 Service Unavailable"});
  EXPECT_THAT(failure_of(overloaded.url(), folder / "file"), HasSubstr("503"));
  EXPECT_EQ(overloaded.requests(), 3);
  EXPECT_THAT(failure_of("http://127.0.0.1:1/file", folder / "file"),
              StartsWith("http://127.0.0.1:1/file: "));
  EXPECT_THAT(failure_of("gopher://127.0.0.1/file", folder / "file"),
              StartsWith("gopher://127.0.0.1/file: "));
}

}  // namespace
}  // namespace reslab::app
