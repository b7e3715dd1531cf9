#include "app/config/json.h"

#include <gmock/gmock.h>

#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

TEST(Json, TakesCommentsAndKeepsTheOrderOfKeys) {
  const auto json = parse_json("// why\n{\"b\": 1, /* and */ \"a\": [2]}", "x.json");
  EXPECT_EQ(json.dump(), R"({"b":1,"a":[2]})");
}

TEST(Json, ASyntaxErrorIsOneLineWithItsPlace) {
  const std::pair<std::string, std::string> table[] = {
      {"", "x.json:1:1: syntax error while parsing value - unexpected end of input"},
      {"{\"a\": 1,\n \"b\": }", "x.json:2:7: syntax error while parsing value - unexpected '}'"},
      {"{\"a\": 1,\n\n  \"b\" 2}", "x.json:3:7: syntax error while parsing object separator"},
      {"{\"a\": 1,}", "x.json:1:9: syntax error while parsing object key"},
      {"{} {}", "x.json:1:4: syntax error while parsing value"},
      {"{\"a\": 1e999}", "x.json: the number '1e999' is too large"},
      {"{\"a\": \"\xff\"}", "x.json:1:8: syntax error while parsing value - invalid string"},
      {std::string("{}\0{", 4), "x.json: contains a zero byte"},
      {"/* no end", "x.json:1:10: syntax error while parsing value - invalid comment"},
      {std::string(100000, '['), "x.json: nested deeper than 64 levels"}};
  for (const auto& [text, line] : table)
    EXPECT_THAT(refusal([&] { parse_json(text, "x.json"); }), ElementsAre(StartsWith(line)))
        << text;
}

TEST(Json, RefusesEveryDuplicateKeyWithItsPointer) {
  const auto text = R"({"a": 1, "b": [{"x": 0}, {"x": 1, "x": {"y": 1, "y~/": 0, "y~/": 2}}],
                        "c": {"a": 1}, "a": 2})";
  EXPECT_THAT(refusal([&] { parse_json(text, "x.json"); }),
              ElementsAre("x.json: /b/1/x: duplicate key, expected it once",
                          "x.json: /b/1/x/y~0~1: duplicate key, expected it once",
                          "x.json: /a: duplicate key, expected it once"));
}

TEST(Json, SaysWhyAFileCannotBeRead) {
  EXPECT_THAT(refusal([] { read_json("/nowhere/x.json"); }),
              ElementsAre("/nowhere/x.json: no such file"));
  EXPECT_THAT(refusal([] { read_json("/"); }),
              ElementsAre("/: is a directory, expected a JSON file"));
}

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string object_of(int keys) {
  std::string text = "{";
  for (int i = 0; i < keys; ++i) text += "\"" + std::to_string(i) + "\": 0, ";
  return text + "\"end\": 0}";
}

TEST(Json, RefusesWhatIsTooDeepOrTooLong) {
  constexpr std::size_t kMegabytes = 1 << 20;
  const Folder folder;
  // Read whole, these texts would take minutes.
  for (const auto& text :
       {times(10 * kMegabytes, "["), times(2 * kMegabytes, "{\"a\":"), object_of(1 << 20),
        "[" + times(5 * kMegabytes, "0,") + "0]", "\"" + times(10 * kMegabytes, "x") + "\""}) {
    ASSERT_GE(text.size(), 10 * kMegabytes);
    EXPECT_THAT(
        refusal([&] { read_json(folder.write("x.json", text)); }),
        ElementsAre(EndsWith("x.json: larger than 4194304 bytes, expected a smaller file")));
  }
  const auto parsed = [](const std::string& text) {
    return refusal([&] { parse_json(text, "x.json"); });
  };
  constexpr auto kTooDeep = "x.json: nested deeper than 64 levels";
  EXPECT_THAT(parsed(times(4 * kMegabytes, "[")), ElementsAre(kTooDeep));
  EXPECT_THAT(parsed(times(kMegabytes / 2, "{\"a\":")), ElementsAre(kTooDeep));
  EXPECT_THAT(parsed("[" + object_of(200'000) + "]"),
              ElementsAre("x.json: /0: more than 4096 keys in an object"));
  EXPECT_EQ(parse_json("[" + times(kMegabytes, "0,") + "0]", "x.json").size(), kMegabytes + 1);
}

TEST(Json, ShowsValuesShort) {
  EXPECT_EQ(shown("x"), "'x'");
  EXPECT_EQ(shown(Json::array({1, "x"})), R"([1,"x"])");
  EXPECT_EQ(shown(std::string(59, 'x') + "ä…"), "'" + std::string(59, 'x') + "…'");
  EXPECT_EQ(shown(std::string(100, 'x')), "'" + std::string(60, 'x') + "…'");
  EXPECT_EQ(shown(std::string(100, '\x80')), "'…'");  // not UTF-8
}

}  // namespace
}  // namespace reslab::app
