#include "app/report/markup.h"

#include <gtest/gtest.h>

namespace reslab::app {
namespace {

TEST(Markup, EscapesWhatEndsTextOrAttributes) {
  EXPECT_EQ(escape_markup("<b a=\"1\">'&amp;\x01'"),
            "&lt;b a=&quot;1&quot;&gt;&#39;&amp;amp; &#39;");
  EXPECT_EQ(escape_markup("größer\n±"), "größer\n±");
}

TEST(Markup, EscapesWhatMarkdownWouldRead) {
  for (const char* plain : {"train_error of resnet-34:shortcut=C, 2.5 %", "p < 0.001, a & b",
                            "-0.03", "+0.38", "[32000,48000]", "größer_als ±", "#1 > 0"})
    EXPECT_EQ(escape_markdown(std::string("x ") + plain), std::string("x ") + plain);
  EXPECT_EQ(escape_markdown("-0.03"), "-0.03");
  EXPECT_EQ(escape_markdown("_a_ *b* `c` [d](e) <f> |g| h&i #j\nk"),
            "\\_a\\_ \\*b\\* \\`c\\` [d\\](e) \\<f> \\|g\\| h\\&i #j k");
  for (const char* start : {"- no list", "+ no list", "# no heading", "> no quotation", "---", "="})
    EXPECT_EQ(escape_markdown(start), std::string("\\") + start);
}

}  // namespace
}  // namespace reslab::app
