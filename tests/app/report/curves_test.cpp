#include "app/report/curves.h"

#include <cmath>

#include <gmock/gmock.h>

#include "app/report/results.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Curves, AreMeansOverSeedsWhereAllHaveARecord) {
  auto second = made_result("a", "x", 2, {{30, 70}, {20, 60}, {5, 10}});
  second.records[1].test.reset();
  second.records[2].iteration = 250;  // an iteration that the other seed lacks
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

TEST(Curves, AreDrawnBoldForTestAndThinForTraining) {
  const auto figure = curves_figure("title", {{"x", {{1000, 50}, {64000, 5}}, {{64000, 9.125}}}});
  EXPECT_EQ(figure.file, "curves.svg");
  EXPECT_EQ(figure.x_end, 64000);
  ASSERT_EQ(figure.groups.size(), 1U);
  const auto& test = figure.groups[0].lines.at(0);
  const auto& train = figure.groups[0].lines.at(1);
  EXPECT_GT(test.width, train.width);
  EXPECT_EQ(train.points.size(), 2U);
  EXPECT_EQ(train.points[1].y, 5);
  EXPECT_EQ(test.name, "test");
  EXPECT_EQ(train.name, "training");
}

TEST(Curves, DrawRunsWithoutAnyRecord) {
  EXPECT_THAT(draw(curves_figure("nothing yet", {{"x", {}, {}}})),
              testing::HasSubstr("nothing yet"));
}

}  // namespace
}  // namespace reslab::app
