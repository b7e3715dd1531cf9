#include "app/report/curves.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <regex>

#include <gmock/gmock.h>

#include "app/report/experiment_report.h"
#include "app/report/gnuplot.h"
#include "app/report/results.h"
#include "app/report/text_file.h"
#include "reslab/error.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST(Curves, AreMeansOverSeedsWhereAllHaveARecord) {
  auto second = made_result("a", "x", 2, {{30, 70}, {20, 60}, {5, 10}});
  second.records[1].test.reset();
  second.records[2].iteration = 250;  // an interrupted evaluation schedule: no seed to pair it with
  const auto curves = curves_of({made_result("a", "x", 1, {{10, 50}, {10, 40}}), second,
                                 made_result("a", "y", 1, {{NAN, 90}, {80, 81}})});
  ASSERT_EQ(curves.size(), 2U);
  EXPECT_EQ(curves[0].name, "x");
  EXPECT_THAT(curves[0].train, ElementsAre(Pair(100, 20), Pair(200, 15)));
  EXPECT_THAT(curves[0].test, ElementsAre(Pair(100, 60)));
  EXPECT_THAT(curves[1].train, ElementsAre(Pair(200, 80)));
}

TEST(Curves, ShowAFailedNetworkAsFarAsItCame) {
  auto failed = made_result("a", "x", 1, {{90, 91}});
  failed.finished = false;
  failed.failure = "the loss is nan";
  EXPECT_THAT(curves_of({failed}).front().train, ElementsAre(Pair(100, 90)));
}

TEST(Curves, TheErrorAxisFitsTheCourseNotTheStart) {
  const auto line = [](double start, double course) {
    Points points = {{1, start}};
    for (int i = 2; i <= 100; ++i) points.emplace_back(i, course);
    return points;
  };
  const auto end = [&](double train, double test) {
    return error_axis_end({{"x", line(90, train), line(90, test)}});
  };
  EXPECT_EQ(end(6, 13.2), 15);
  EXPECT_EQ(end(0.1, 0.2), 1);
  EXPECT_EQ(end(61, 30), 70);
  EXPECT_EQ(end(99, 99.5), 100);
  EXPECT_EQ(error_axis_end({{"x", {{1, 80}}, {}}}), 90);
  EXPECT_EQ(error_axis_end({}), 1);
}

/// How often a part occurs in a text.
int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Curves, DrawingHasNamesAsWrittenAndTwoLinesOfAColour) {
  const std::vector<Curve> curves = {
      {"resnet-34_v1,shortcut=C", {{1000, 50}, {64000, 5}}, {{1000, 60}, {64000, 9}}},
      {"<x>&'{y}^2\\n\"@`ls`", {{1000, 55}, {64000, 6}}, {{1000, 70}, {64000, 10}}}};
  const std::string svg = draw_curves("title_with=odd\n'signs'", curves);
  EXPECT_EQ(count(svg, "</svg>"), 1);
  EXPECT_EQ(count(svg, "title_with=odd 'signs'"), 1);
  EXPECT_EQ(count(svg, "resnet-34_v1,shortcut=C"), 1);
  EXPECT_EQ(count(svg, "&lt;x>&amp;'{y}^2\\n\"@`ls`"), 1);
  EXPECT_EQ(count(svg, "iterations (×10⁴)"), 1);
  for (const char* colour : {"rgb(  0, 114, 178)", "rgb(213,  94,   0)"})  // training, test, legend
    EXPECT_EQ(count(svg, std::string("<path stroke='") + colour), 3);
  EXPECT_TRUE(svg == draw_curves("title_with=odd\n'signs'", curves));
}

TEST(Curves, EveryOfManyNetworksHasItsOwnLook) {
  std::vector<Curve> curves;
  for (int i = 0; i < 20; ++i)
    curves.push_back({"net-" + std::to_string(i), {}, {{1, 50.0 + i}, {2, 5.0}}});
  const std::string svg = draw_curves("many", curves);
  for (const Curve& curve : curves) EXPECT_EQ(count(svg, ">" + curve.name + "<"), 1);
  std::map<std::string, int> looks;  // of a curve and of its line in the legend
  const std::regex path("<path (stroke='rgb[^']*'( stroke-dasharray='[^']*')?) +d=");
  for (std::sregex_iterator at(svg.begin(), svg.end(), path); at != std::sregex_iterator(); ++at)
    ++looks[(*at)[1]];
  EXPECT_EQ(
      std::count_if(looks.begin(), looks.end(), [](const auto& look) { return look.second == 2; }),
      20);
}

TEST(Curves, DrawsRunsWithoutAnyRecord) {
  EXPECT_EQ(count(draw_curves("nothing yet", {{"x", {}, {}}}), "nothing yet"), 1);
  EXPECT_EQ(count(draw_curves("nothing", {}), "</svg>"), 1);
}

TEST(Curves, AWrongScriptIsOneLine) {
  try {
    run_gnuplot("set terminal svg\nplot nonsense(x)\n");
    FAIL();
  } catch (const IoError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("gnuplot failed: "));
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
  }
}

TEST(Report, WithoutGnuplotTheTableRemains) {
  const Folder folder;
  const std::vector<RunResult> results = {made_result("a", "x", 1, {{10, 20}})};
  const auto report = write_experiment_report(folder / "a", "A title", results, {"met: a claim"});
  EXPECT_EQ(report.problem, "");
  EXPECT_THAT(read_text(folder / "a/curves.svg"), HasSubstr("A title"));
  EXPECT_THAT(report.text, testing::StartsWith("A title\n\nnetwork"));
  EXPECT_THAT(report.text, testing::EndsWith("\n\nmet: a claim\n"));

  const std::string path = std::getenv("PATH");
  setenv("PATH", (folder / "nothing").c_str(), 1);
  const auto bare = write_experiment_report(folder / "b", "A title", results, {"met: a claim"});
  setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(bare.problem, HasSubstr("apt-get install gnuplot"));
  EXPECT_EQ(bare.text, report.text);
  EXPECT_FALSE(std::filesystem::exists(folder / "b/curves.svg"));
}

}  // namespace
}  // namespace reslab::app
