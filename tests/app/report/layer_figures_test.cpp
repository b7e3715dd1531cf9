#include "app/report/layer_figures.h"

#include <cmath>

#include <gmock/gmock.h>

#include "app/report/results.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::Pair;

/// A run with diagnostics of four layers at each iteration; conv1 and fc have no response, and one
/// layer has a gate. Values grow with the iteration and with `more`.
RunResult with_layers(const std::string& network, std::int64_t seed, double more,
                      const std::vector<std::int64_t>& iterations) {
  auto result = made_result("a", network, seed, {{50, 60}});
  for (const auto iteration : iterations) {
    const double scale = static_cast<double>(iteration) / 100;
    result.layers.push_back({iteration, "conv1", 0, {}, 4 * scale + more, {}});
    result.layers.push_back({iteration, "layer1.0.conv1", 1, 0.5 + more, 3 * scale + more, {}});
    result.layers.push_back({iteration, "layer1.0.gate", 2, {}, {}, 0.25 + more});
    result.layers.push_back({iteration, "layer1.0.conv2", 3, 0.75 + more, 2 * scale + more, {}});
    result.layers.push_back({iteration, "fc", 4, {}, 1 * scale + more, {}});
  }
  return result;
}

std::vector<std::string> files_of(const std::vector<Figure>& figures) {
  std::vector<std::string> files;
  for (const auto& figure : figures) files.push_back(figure.file);
  return files;
}

const Figure& named(const std::vector<Figure>& figures, const std::string& file) {
  for (const auto& figure : figures)
    if (figure.file == file) return figure;
  throw std::out_of_range(file);
}

std::vector<std::pair<double, double>> points_of(const FigureGroup& group, std::size_t line = 0) {
  std::vector<std::pair<double, double>> points;
  for (const auto& point : group.lines.at(line).points) points.emplace_back(point.x, point.y);
  return points;
}

TEST(LayerFigures, ShowTheMeanOverSeedsAtTheLastCommonRecord) {
  const auto figures = layer_figures(
      {with_layers("x", 1, 0, {100, 200}), with_layers("x", 2, 0.5, {100, 200, 300})});
  EXPECT_THAT(files_of(figures),
              ElementsAre("layer_response.svg", "layer_response_sorted.svg", "gradient_norm.svg",
                          "gate_mean.svg", "gradient_training.svg"));
  const auto& response = named(figures, "layer_response.svg").groups.at(0);
  EXPECT_EQ(response.name, "x");
  EXPECT_THAT(points_of(response), ElementsAre(Pair(2, 0.75), Pair(4, 1.0)));
  EXPECT_EQ(response.lines[0].points[1].label, "layer1.0.conv2");
  EXPECT_THAT(points_of(named(figures, "layer_response_sorted.svg").groups.at(0)),
              ElementsAre(Pair(1, 1.0), Pair(2, 0.75)));
  EXPECT_THAT(points_of(named(figures, "gradient_norm.svg").groups.at(0)),
              ElementsAre(Pair(1, 8.25), Pair(2, 6.25), Pair(4, 4.25), Pair(5, 2.25)));
  EXPECT_THAT(points_of(named(figures, "gate_mean.svg").groups.at(0)), ElementsAre(Pair(3, 0.5)));
}

TEST(LayerFigures, FollowTheFirstMiddleAndLastLayerOverTheTraining) {
  const auto figures = layer_figures({with_layers("x", 1, 0, {100, 200})});
  const auto& figure = named(figures, "gradient_training.svg");
  EXPECT_TRUE(figure.log_y);
  EXPECT_EQ(figure.x_end, 200);
  EXPECT_THAT(points_of(figure.groups.at(0), 0), ElementsAre(Pair(100, 4), Pair(200, 8)));
  EXPECT_THAT(points_of(figure.groups.at(0), 1), ElementsAre(Pair(100, 3), Pair(200, 6)));
  EXPECT_THAT(points_of(figure.groups.at(0), 2), ElementsAre(Pair(100, 1), Pair(200, 2)));
}

TEST(LayerFigures, AreLeftOutWithoutData) {
  EXPECT_TRUE(layer_figures({made_result("a", "x", 1, {{50, 60}})}).empty());
  auto plain = with_layers("x", 1, 0, {100});
  plain.layers[2].gate_mean.reset();
  plain.layers[1].response_std = NAN;
  plain.layers[3].response_std.reset();
  EXPECT_THAT(files_of(layer_figures({plain})), ElementsAre("gradient_norm.svg"));
  for (auto& row : plain.layers) row.gradient_norm = 0;
  EXPECT_TRUE(layer_figures({plain}).empty());
}

TEST(LayerFigures, GiveANetworkItsCurvesColour) {
  const auto figures =
      layer_figures({made_result("a", "w", 1, {{50, 60}}), with_layers("x", 1, 0, {100})});
  for (const auto& figure : figures) {
    ASSERT_EQ(figure.groups.size(), 1U) << figure.file;
    EXPECT_EQ(figure.groups[0].style, 1U) << figure.file;
    EXPECT_THAT(draw(figure), testing::HasSubstr("<text>x</text>")) << figure.file;
  }
}

TEST(LayerFigures, ShowAFailedNetworkAsFarAsItCame) {
  auto failed = with_layers("x", 1, 0, {100});
  failed.finished = false;
  failed.failure = "the loss is nan";
  EXPECT_FALSE(layer_figures({failed}).empty());
}

}  // namespace
}  // namespace reslab::app
