#include "app/config/document.h"

#include <gmock/gmock.h>

#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Document, ExtendsAsRfc7386SaysInItsAppendixA) {
  // Original, patch, result: the rows whose three are objects, as files are.
  const std::tuple<std::string, std::string, std::string> table[] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"a":"foo"})", R"({"b":["c"]})", R"({"a":"foo","b":["c"]})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}};
  const Folder folder;
  for (const auto& [original, patch, result] : table) {
    folder.write("base.json", original);
    auto child = parse_json(patch, "patch");
    child["extends"] = "base.json";
    EXPECT_EQ(Document::load(folder.write("child.json", child.dump())).root().dump(), result)
        << original << " with " << patch;
  }
}

TEST(Document, ExtendsAChainRelativeToEachFile) {
  const Folder folder;
  folder.write("recipes/deep/a.json", R"({"name": "a", "x": 1, "y": {"p": 1, "q": 1}, "z": 1})");
  folder.write("recipes/b.json", R"({"name": "b", "extends": "deep/a.json", "y": {"p": 2}})");
  const auto file = folder.write("c.json", R"({"extends": "recipes/b.json", "z": null, "w": 3})");
  const auto document = Document::load(file);
  EXPECT_EQ(document.root(), Json::parse(R"({"x": 1, "y": {"p": 2, "q": 1}, "w": 3})"));
  EXPECT_EQ(document.source("/x"), folder / "recipes/deep/a.json");
  EXPECT_EQ(document.source("/y/p"), folder / "recipes/b.json");
  EXPECT_EQ(document.source("/y/q"), folder / "recipes/deep/a.json");
  EXPECT_EQ(document.source("/w"), file);
  EXPECT_EQ(document.source("/name"), file);
  EXPECT_EQ(document.place("/y/p"), folder / "recipes/b.json" + ": /y/p");
  EXPECT_EQ(document.place(""), file);
}

TEST(Document, RefusesWhatCannotBeExtended) {
  const Folder folder;
  const auto a = folder / "a.json", b = folder / "b.json";
  folder.write("broken.json", "{");
  folder.write("list.json", "[]");
  const std::tuple<std::string, std::string, std::string> table[] = {
      {R"({"extends": "b.json"})", R"({"extends": "a.json"})",
       b + ": /extends: a cycle, expected files that end: " + a + " -> " + b + " -> " + a},
      {R"({"extends": "./a.json"})", "{}",
       a + ": /extends: a cycle, expected files that end: " + a + " -> " + a},
      {R"({"extends": "c.json"})", "{}", a + ": /extends: no such file: " + folder / "c.json"},
      {R"({"extends": 7})", "{}", a + ": /extends: got 7, expected a file's path"},
      {R"({"extends": "list.json"})", "{}", folder / "list.json" + ": got [], expected an object"},
      {R"({"extends": "."})", "{}", "is a directory"},
      {R"({"extends": "broken.json"})", "{}", folder / "broken.json" + ":1:2: syntax error"}};
  for (const auto& [first, second, line] : table) {
    folder.write("a.json", first);
    folder.write("b.json", second);
    EXPECT_THAT(refusal([&] { Document::load(a); }), ElementsAre(HasSubstr(line)));
  }
}

TEST(Document, AssignsValuesByPointer) {
  Document document("x.json", Json::parse(R"({"a": {"b": 1}, "l": [1, {"m": 2}]})"));
  document.assign({"/a/b=2", "/a/c/d=text", "/l/1/m=[true]", "/n~1m=1=2", "/o=null-ish"});
  EXPECT_EQ(document.root(),
            Json::parse(R"({"a": {"b": 2, "c": {"d": "text"}}, "l": [1, {"m": [true]}],
                            "n/m": "1=2", "o": "null-ish"})"));
  EXPECT_EQ(document.place("/a/c/d"), "--set: /a/c/d");
  EXPECT_EQ(document.place("/l/1/m/0"), "--set: /l/1/m/0");
  EXPECT_EQ(document.place("/l/0"), "x.json: /l/0");
  document.assign({"/a=null"});
  EXPECT_FALSE(document.root().contains("a"));
}

TEST(Document, RefusesEveryAssignmentThatDoesNotFit) {
  Document document("x.json", Json::parse(R"({"a": {"b": 1}, "l": [1, 2]})"));
  EXPECT_THAT(
      refusal([&] {
        document.assign({"/a", "a=1", "=1", "/a~2=1", "/a/b/c=1", "/l/2=1", "/l/x=1", "/l/0=null",
                         "/x=null", R"(/a={"k": 1, "k": 2})"});
      }),
      ElementsAre("--set /a: expected /POINTER=VALUE, for example /recipe/iterations=400",
                  "--set a=1: expected /POINTER=VALUE, for example /recipe/iterations=400",
                  "--set =1: expected /POINTER=VALUE, for example /recipe/iterations=400",
                  "--set /a~2=1: expected /POINTER=VALUE, for example /recipe/iterations=400",
                  "--set /a/b/c: /a/b is 1 and cannot hold 'c'",
                  "--set /l/2: /l is a list of 2, expected an index below that, got '2'",
                  "--set /l/x: /l is a list of 2, expected an index below that, got 'x'",
                  "--set /l/0: an element of a list cannot be removed",
                  "--set /x: nothing there to remove",
                  "--set: /k: duplicate key, expected it once"));
}

}  // namespace
}  // namespace reslab::app
