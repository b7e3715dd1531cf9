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

}  // namespace
}  // namespace reslab
