#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "app/report/report.h"
#include "text_search.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A report with every part, whose texts contain HTML and Markdown markup.
Report made_report() {
  Report report;
  report.title = "ti<t>le & \"more\"";
  report.experiments = {
      {"e",
       "why *so* <script>alert(1)</script>",
       {{Verdict::Outcome::met, "first <claim>", "x 1.00 is 2.00 below y 3.00, wanted below",
         "within noise: Welch's t-test p = 0.3, n = 3 and 3", 8.75},
        {Verdict::Outcome::not_met, "second", "numbers", "", {}},
        {Verdict::Outcome::not_checked, "third", "x seed 1 was not run", "", {}}}}};
  report.results.add_column("network", Table::Align::left);
  report.results.add_column("test error", Table::Align::spread);
  report.results.add_row({"net|<work>&", "6.61 ± 0.16"});
  report.results.add_row({"other", "7.93"});
  report.unfinished = {"other seed 2: failed: <nan>; not counted"};
  report.methods = {"Errors are in percent."};
  report.recipe.common = {{"/recipe/batch", "128"}};
  auto& differing = report.recipe.differing.emplace();
  differing.add_column("run", Table::Align::left);
  differing.add_column("/network/depth", Table::Align::left);
  differing.add_row({"other", "20"});
  report.environment.common = {{"processor", "a <b> & c"}};
  for (const char* name : {"one", "two"}) {
    Figure figure;
    figure.file = std::string(name) + ".svg";
    figure.title = std::string("figure <") + name + ">";
    figure.caption = "a & b";
    figure.groups = {{"net|<work>&", 0, {{{{0, 1, "<p> \"q\""}, {1, 2, "r"}}, 2.6}}}};
    report.figures.push_back({figure, ""});
  }
  draw_figures(report);
  return report;
}

TEST(Markdown, SaysAllOfTheReport) {
  EXPECT_EQ(markdown_report(made_report()),
            "# ti\\<t>le & \"more\"\n"
            "\n"
            "why \\*so\\* \\<script>alert(1)\\</script>\n"
            "\n"
            "## Results\n"
            "\n"
            "| network       |  test error |\n"
            "| ------------- | ----------: |\n"
            "| net\\|\\<work>& | 6.61 ± 0.16 |\n"
            "| other         | 7.93        |\n"
            "\n"
            "- other seed 2: failed: \\<nan>; not counted\n"
            "\n"
            "## Expectations\n"
            "\n"
            "- **met**: first \\<claim>: x 1.00 is 2.00 below y 3.00, wanted below; within noise: "
            "Welch's t-test p = 0.3, n = 3 and 3 (paper: 8.75)\n"
            "- **NOT MET**: second: numbers\n"
            "- **not checked**: third: x seed 1 was not run\n"
            "\n"
            "## Figures\n"
            "\n"
            "![figure \\<one>](one.svg)\n"
            "\n"
            "a & b\n"
            "\n"
            "![figure \\<two>](two.svg)\n"
            "\n"
            "a & b\n"
            "\n"
            "## How the numbers were computed\n"
            "\n"
            "- Errors are in percent.\n"
            "\n"
            "## Recipe\n"
            "\n"
            "- /recipe/batch: 128\n"
            "\n"
            "| run   | /network/depth |\n"
            "| ----- | -------------- |\n"
            "| other | 20             |\n"
            "\n"
            "## Environment\n"
            "\n"
            "- processor: a \\<b> & c\n");
}

/// Checks that all tags are closed in the right order. Returns the first error; empty if none.
std::string unbalanced(const std::string& html) {
  static const std::set<std::string> kVoid = {"meta", "br", "hr", "img", "link"};
  static const std::regex kTag("<(/?)([a-z0-9]+)((?:\\s+[a-z-]+=\"[^\"]*\")*)\\s*>|<");
  std::vector<std::string> open;
  auto begin = html.begin() + static_cast<std::ptrdiff_t>(html.find('\n'));  // after the doctype
  for (std::sregex_iterator tag(begin, html.end(), kTag); tag != std::sregex_iterator(); ++tag) {
    const std::string name = (*tag)[2];
    if (name.empty()) return "a < that starts no tag: " + tag->suffix().str().substr(0, 40);
    if (kVoid.contains(name)) continue;
    if ((*tag)[1].length() == 0) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : "<" + open.back() + ">");
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is left open";
}

/// The text without the content of srcdoc="…", which is too long for std::regex.
std::string without_frames(std::string html, std::vector<std::string>& frames) {
  const std::string start = "srcdoc=\"";
  for (auto at = html.find(start); at != std::string::npos; at = html.find(start, at)) {
    at += start.size();
    const auto end = html.find('"', at);
    frames.push_back(html.substr(at, end - at));
    html.erase(at, end - at);
  }
  return html;
}

TEST(Html, IsWellFormedAndEscaped) {
  std::vector<std::string> frames;
  const auto html = without_frames(html_report(made_report()), frames);
  EXPECT_EQ(unbalanced(html), "");
  EXPECT_EQ(frames.size(), 2U);
  for (const auto& frame : frames) {
    EXPECT_EQ(frame.find_first_of("<>\""), std::string::npos);
    EXPECT_THAT(frame, HasSubstr("gnuplot_svg"));
    EXPECT_THAT(frame, HasSubstr("&lt;/svg&gt;"));
  }
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  for (const char* part :
       {"<title>ti&lt;t&gt;le &amp; &quot;more&quot;</title>", "net|&lt;work&gt;&amp;",
        "why *so* &lt;script&gt;", "first &lt;claim&gt;", "n = 3 and 3 (paper: 8.75)",
        "<li class=\"met\"><strong>met</strong>", "<li class=\"unmet\"><strong>NOT MET</strong>",
        "<li class=\"open\"><strong>not checked</strong>", "6.61 ± 0.16", "failed: &lt;nan&gt;",
        "Errors are in percent.", "/recipe/batch", "a &lt;b&gt; &amp; c", "<figcaption>a &amp; b",
        "prefers-color-scheme: dark", "@media print"})
    EXPECT_THAT(html, HasSubstr(part));
}

TEST(Html, NeedsNoOtherFile) {
  const auto html = html_report(made_report());
  for (const char* part : {"<link", "@import", "src=\"", "url(http"})
    EXPECT_EQ(count(html, part), 0) << part;
}

TEST(Html, TheBalanceOfTagsIsReallyChecked) {
  EXPECT_NE(unbalanced("\n<p><b></p></b>"), "");
  EXPECT_NE(unbalanced("\n<p>"), "");
  EXPECT_NE(unbalanced("\n<p>a < b</p>"), "");
  EXPECT_EQ(unbalanced("\n<p class=\"x\"><meta charset=\"utf-8\"></p>"), "");
}

}  // namespace
}  // namespace reslab::app
