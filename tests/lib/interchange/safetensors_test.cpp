#include "reslab/interchange/safetensors.h"

#include <cstring>
#include <fstream>

#include <gmock/gmock.h>

#include "folder.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab::safetensors {
namespace {

using testing::HasSubstr;

std::vector<std::byte> file_of(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::vector<std::byte> file(sizeof length + header.size() + data_bytes);
  std::memcpy(file.data(), &length, sizeof length);
  std::memcpy(file.data() + sizeof length, header.data(), header.size());
  return file;
}

std::string refusal(const std::vector<std::byte>& file) {
  try {
    parse(file, "x.safetensors");
  } catch (const InvalidInput& error) {
    EXPECT_EQ(error.lines().size(), 1);
    return error.lines().front();
  }
  return "accepted";
}

TEST(Safetensors, ReadsBackWhatItWrote) {
  const Folder folder;
  const auto path = folder.path() / "round.safetensors";
  const std::vector<float> a = {1, -2, 3.5F, 0, 5, 6};
  const std::vector<std::int64_t> b = {42};
  write(path,
        {{"layer.weight", "F32", {2, 3}, std::as_bytes(std::span(a))},
         {"count", "I64", {}, std::as_bytes(std::span(b))},
         {"empty", "F64", {0, 4}, {}}},
        {{"network", "resnet-20"}, {"note", "zwölf \"Boxkämpfer\""}});
  const auto file = read_file(path);
  const auto header = parse(file, path.string());
  EXPECT_EQ(header.metadata.at("note"), "zwölf \"Boxkämpfer\"");
  ASSERT_EQ(header.entries.size(), 3);
  EXPECT_EQ(header.data_offset % 8, 0);
  for (const auto& entry : header.entries) {
    const auto* data = file.data() + header.data_offset + entry.begin;
    if (entry.name == "layer.weight") {
      EXPECT_EQ(entry.shape, (std::vector<std::int64_t>{2, 3}));
      EXPECT_EQ(std::memcmp(data, a.data(), entry.end - entry.begin), 0);
    } else if (entry.name == "count") {
      EXPECT_TRUE(entry.shape.empty());
      EXPECT_EQ(std::memcmp(data, b.data(), 8), 0);
    }
  }
}

TEST(Safetensors, EqualInputMakesEqualBytes) {
  const Folder folder;
  const std::vector<float> a(64, 1.5F);
  for (const auto* name : {"one", "two"})
    write(folder / name, {{"a", "F32", {64}, std::as_bytes(std::span(a))}}, {{"k", "v"}});
  EXPECT_EQ(read_file(folder / "one"), read_file(folder / "two"));
}

TEST(Safetensors, RefusesDamagedFilesWithOneLine) {
  const std::string entry = R"("dtype":"F32","shape":[2],"data_offsets":[0,8])";
  struct Case {
    std::vector<std::byte> file;
    const char* line;
  };
  const std::vector<Case> cases = {
      {{}, "shorter than its 8-byte length"},
      {file_of("{", 0), "not a JSON object"},
      {file_of("[]", 0), "not a JSON object"},
      {file_of("{\"a\":{" + entry + "}}", 7), "lies outside the file"},
      {file_of("{\"a\":{" + entry + "}}", 9), "1 bytes follow the last tensor"},
      {file_of("{\"a\":{" + entry + "},\"a\":{" + entry + "}}", 8), "'a' is there twice"},
      {file_of("{\"\":{" + entry + "},\"\":{" + entry + "}}", 8), "'' is there twice"},
      {file_of("{\"a\":{" + entry + "},\"b\":{" + entry + "}}", 8), "overlaps"},
      {file_of(R"({"a":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}})", 8), "too deeply"},
      {file_of(std::string(100'000, '['), 0), "too deeply"},
      {file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12), "gap before 'a'"},
      {file_of(R"({"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}})", 8),
       "unknown type 'F31'"},
      {file_of(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8), "8 bytes"},
      {file_of(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8),
       "expected a dtype"},
      {file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8), "outside"},
      {file_of(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})", 8),
       "too large"},
      {file_of(R"({"__metadata__":{"a":1}})", 0), "metadata 'a' is not a string"},
      {file_of(R"({"a":3})", 0), "expected a dtype"},
  };
  for (const auto& [file, line] : cases) {
    const auto text = refusal(file);
    EXPECT_THAT(text, HasSubstr(line));
    EXPECT_THAT(text, testing::StartsWith("x.safetensors: "));
  }
  auto huge = file_of("{}", 0);
  const std::uint64_t length = 1ULL << 40;
  std::memcpy(huge.data(), &length, sizeof length);
  EXPECT_THAT(refusal(huge), HasSubstr("over 100 MB"));
}

TEST(Safetensors, SurvivesEveryTruncation) {
  const Folder folder;
  const auto path = folder.path() / "whole.safetensors";
  const std::vector<float> a(8);
  write(path, {{"a", "F32", {8}, std::as_bytes(std::span(a))}}, {});
  const auto whole = read_file(path);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}),
              "accepted");
}

TEST(Safetensors, LeavesTheOldFileWhereTheNewOneCannotBeWritten) {
  const Folder folder;
  EXPECT_THROW(write(folder / "no/such/folder/a.safetensors", {}, {}), IoError);
}

}  // namespace
}  // namespace reslab::safetensors
