#include <chrono>
#include <cmath>
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "app/config/json.h"
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
    figure.groups = {{"net|<work>&", 0, {{{{0, 1, "</script><p>"}, {1, 2, "r"}}, 2.6}}}};
    report.figures.push_back(figure);
  }
  report.confusions = {{"net|<work>&", {"c<a>t", "dog"}, {{}, {{7, 1}, {0, 8}}}}};
  const Picture picture{3, 3, {std::byte{1}, std::byte{2}, std::byte{3}}};
  report.pictures = {{"net|<work>&",
                      2,
                      {"c<a>t", "dog"},
                      {500, 16, 1, {{4, 0, 1, 0.625, picture}}, {}, "conv<1>", {picture}}}};
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

/// The text without the content of elements of this kind, which is appended to `contents`.
std::string without(std::string html, const std::string& name, std::vector<std::string>& contents) {
  const auto start = "<" + name, end = "</" + name + ">";
  for (auto at = html.find(start); at != std::string::npos; at = html.find(start, at + 1)) {
    const auto begin = html.find('>', at) + 1, last = html.find(end, begin);
    contents.push_back(html.substr(begin, last - begin));
    html.erase(begin, last - begin);
  }
  return html;
}

TEST(Html, IsWellFormedAndEscaped) {
  std::vector<std::string> scripts, styles;
  const auto html =
      without(without(html_report(made_report()), "script", scripts), "style", styles);
  EXPECT_EQ(unbalanced(html), "");
  ASSERT_EQ(scripts.size(), 3U);
  EXPECT_THAT(scripts[0], Not(HasSubstr("<")));
  EXPECT_THAT(scripts[1], HasSubstr("uPlot"));
  EXPECT_THAT(scripts[1], HasSubstr("Permission is hereby granted"));
  for (const char* part :
       {"<title>ti&lt;t&gt;le &amp; &quot;more&quot;</title>", "net|&lt;work&gt;&amp;",
        "why *so* &lt;script&gt;", "first &lt;claim&gt;", "n = 3 and 3 (paper: 8.75)",
        "<li class=\"met\"><strong>met</strong>", "<li class=\"unmet\"><strong>NOT MET</strong>",
        "<li class=\"open\"><strong>not checked</strong>", "6.61 ± 0.16", "failed: &lt;nan&gt;",
        "Errors are in percent.", "/recipe/batch", "a &lt;b&gt; &amp; c",
        "<figcaption>a &amp; b</figcaption>", "<h3>figure &lt;one&gt;</h3>"})
    EXPECT_THAT(html, HasSubstr(part));
}

/// The JSON that report.html holds for its script.
Json data_of(const std::string& html) {
  std::vector<std::string> scripts;
  without(html, "script", scripts);
  return Json::parse(scripts.at(0));
}

TEST(Html, HoldsTheValuesOfTheFigures) {
  auto report = made_report();
  report.figures[0].y_end = 10;
  report.figures[0].groups[0].lines[0].points = {
      {100, 12.3456789, "conv1"}, {200, NAN, "x"}, {300, 1e-7, ""}};
  const auto data = data_of(html_report(report));
  const auto& figure = data["figures"][0];
  EXPECT_EQ(figure["groups"][0]["name"], "net|<work>&");
  EXPECT_EQ(figure["groups"][0]["lines"][0].dump(),
            R"({"width":2.6,"x":[100.0,300.0],"y":[12.3457,1e-07],"labels":["conv1",""]})");
  EXPECT_EQ(figure["yEnd"], 10);
  EXPECT_EQ(data["figures"][1]["groups"][0]["lines"][0]["labels"][0], "</script><p>");
  EXPECT_EQ(data["figures"][1]["yEnd"], Json());
}

TEST(Html, OnlyALivePageReloadsItself) {
  auto report = made_report();
  const auto finished = html_report(report);
  EXPECT_FALSE(data_of(finished).contains("reloadSeconds"));
  EXPECT_THAT(finished, Not(HasSubstr("http-equiv")));
  EXPECT_THAT(finished, Not(HasSubstr("not finished")));
  report.live.emplace(std::chrono::seconds(120),
                      std::chrono::system_clock::from_time_t(1764229500));
  const auto live = html_report(report);
  EXPECT_EQ(data_of(live)["reloadSeconds"], 120);
  EXPECT_EQ(data_of(live)["writtenAt"], 1764229500);
  EXPECT_THAT(live,
              HasSubstr("<noscript><meta http-equiv=\"refresh\" content=\"120\"></noscript>"));
  EXPECT_THAT(live, HasSubstr("This experiment is not finished.</strong> Written on 2025-11-27 "
                              "07:45 UTC. The page reloads every 2 minutes"));
}

TEST(Html, HoldsTheConfusionMatrixAndThePictures) {
  const auto report = made_report();
  const auto html = html_report(report);
  EXPECT_EQ(data_of(html)["confusions"].dump(),
            R"([{"names":["c<a>t","dog"],"cells":[[0,0,7],[0,1,1],[1,1,8]]}])");
  for (const char* part :
       {"id=\"confusion-0\"", "Confusion matrix of 16 test images",
        "src=\"data:image/png;base64,AQID\"", "c&lt;a&gt;t<br>→ <b>dog</b> 62&nbsp;%",
        "The only misclassified test image: ", "16 test images, seed 2",
        "Filters of the first layer (conv&lt;1&gt;), 3×3"})
    EXPECT_THAT(html, HasSubstr(part));
}

TEST(Html, ShowsNoHeatMapOfManyClasses) {
  auto report = made_report();
  report.confusions[0].names.assign(1000, "c");
  report.confusions[0].counts.confusion.assign(1000, std::vector<std::int64_t>(1000));
  const auto html = html_report(report);
  EXPECT_TRUE(data_of(html)["confusions"].empty());
  EXPECT_THAT(html, Not(HasSubstr("id=\"confusion-0\"")));
}

TEST(Html, NeedsNoOtherFile) {
  const auto html = html_report(made_report());
  EXPECT_EQ(count(html, "src=\"data:image/png;base64,"), 2);
  EXPECT_EQ(count(html, "src=\""), 2);
  for (const char* part : {"<link", "@import", "url(", "fetch(", "XMLHttpRequest", "import("})
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
