#include "reslab/base/text.h"

#include <gtest/gtest.h>

namespace reslab {
namespace {

TEST(Nearest, FindsTypingMistakesButNoOtherWords) {
  const std::vector<std::string> known = {"iterations", "batch", "precision", "plain", "A"};
  const std::pair<std::string, std::string> table[] = {{"iteratons", "iterations"},
                                                       {"itertaions", "iterations"},
                                                       {"bacth", "batch"},
                                                       {"bath", "batch"},
                                                       {"plane", "none"},
                                                       {"planin", "plain"},
                                                       {"B", "none"},
                                                       {"a", "A"},
                                                       {"epochs", "none"},
                                                       {"", "none"}};
  for (const auto& [word, wanted] : table)
    EXPECT_EQ(nearest(word, known).value_or("none"), wanted) << word;
  EXPECT_EQ(suggestion("bacth", known), ", did you mean 'batch'?");
  EXPECT_EQ(suggestion("epochs", {"x", "y"}), "; known: x, y");
  EXPECT_EQ(suggestion("epochs", {}), "");
}

TEST(ValidUtf8, ReplacesOnlyBytesThatAreNotUtf8) {
  for (const auto* text : {"", "plain", "caf\u00e9", "\u732b \U0001F408", "\uFFFD"})
    EXPECT_EQ(valid_utf8(text), text);
  EXPECT_EQ(valid_utf8("caf\xe9!"), "caf\uFFFD!");
  EXPECT_EQ(valid_utf8("\xc3"), "\uFFFD");                      // cut off
  EXPECT_EQ(valid_utf8("\xc0\xaf"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80z"), "\uFFFD\uFFFD\uFFFD\uFFFDz");
}

TEST(Repeated, FindsAWordThatOccursTwice) {
  EXPECT_EQ(repeated({"b", "a", "c", "a"}), "a");
  EXPECT_EQ(repeated({"b", "a", "c"}), std::nullopt);
  EXPECT_EQ(repeated({}), std::nullopt);
}

TEST(WithOnly, ReplacesOtherCharacters) { EXPECT_EQ(with_only("a/B 1_é", "_", '-'), "a-B-1_--"); }

TEST(Counted, HasThousandsSeparatorsAndAPlural) {
  EXPECT_EQ(counted(1, "image"), "1 image");
  EXPECT_EQ(counted(0, "image"), "0 images");
  EXPECT_EQ(counted(1841, "file"), "1,841 files");
  EXPECT_EQ(grouped(-1727962), "-1,727,962");
}

}  // namespace
}  // namespace reslab
