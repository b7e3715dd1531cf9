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

TEST(VisibleText, ReplacesOnlyBytesThatAreNotUtf8) {
  for (const auto* text : {"", "plain", "caf\u00e9", "\u732b \U0001F408", "\uFFFD"})
    EXPECT_EQ(visible_text(text), text);
  EXPECT_EQ(visible_text("caf\xe9!"), "caf\uFFFD!");
  EXPECT_EQ(visible_text("\xc3"), "\uFFFD");                      // cut off
  EXPECT_EQ(visible_text("\xc0\xaf"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(visible_text("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(visible_text("\xf4\x90\x80\x80z"), "\uFFFD\uFFFD\uFFFD\uFFFDz");
}

TEST(VisibleText, HasNoControlCharacters) {
  EXPECT_EQ(visible_text("a\nb\x1b[2J\x7f"), "a?b?[2J?");
  EXPECT_EQ(visible_text("\xc2\x9b\x32J\u00a0é"), "?2J\u00a0é");  // C1
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
