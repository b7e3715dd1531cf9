#include "app/report/overview.h"

#include <gmock/gmock.h>

#include "app/report/results.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Overview, TellsWhatIsCommonOnceAndWhatDiffersByRun) {
  std::vector<RunResult> results = {made_result("a", "x", 1, {}), made_result("a", "x", 2, {}),
                                    made_result("a", "y", 1, {})};
  for (auto& result : results)
    result.run["identity"] = Json::parse(R"({
        "network": {"depth": 20}, "data": {"name": "shapes"},
        "recipe": {"at": [1, 2], "warmup": null, "optimizer": {"nesterov": false}}})");
  results[2].run["identity"]["network"]["depth"] = 56;
  results[2].run["identity"]["network"]["gate_bias"] = -3.0;
  for (std::int64_t seed = 1; seed <= 3; ++seed)
    results[static_cast<std::size_t>(seed) - 1].run["identity"]["seed"] = seed;
  for (auto& result : results) result.run["data"] = {{"name", "shapes"}, {"root", "some/where"}};
  const auto recipe = recipe_overview(by_network(results));
  EXPECT_THAT(recipe.common,
              ElementsAre(Pair("/data/name", "shapes"), Pair("/data/root", "some/where"),
                          Pair("/recipe/at", "[1,2]"), Pair("/recipe/warmup", "none"),
                          Pair("/recipe/optimizer/nesterov", "false")));
  ASSERT_TRUE(recipe.differing);
  EXPECT_THAT(recipe.differing->headings(),
              ElementsAre("run", "/network/depth", "/network/gate_bias"));
  EXPECT_THAT(recipe.differing->rows(),
              ElementsAre(ElementsAre("x", "20", "–"), ElementsAre("y", "56", "-3.0")));
}

TEST(Overview, NamesSeedsThatDiffer) {
  std::vector<RunResult> results = {made_result("a", "x", 1, {}), made_result("a", "x", 2, {})};
  for (auto& result : results) {
    result.run["environment"] = {{"libtorch", "2.13.0"}};
    result.run["threads"] = result.seed;
  }
  const auto environment = environment_overview(by_network(results));
  EXPECT_THAT(environment.common, ElementsAre(Pair("libtorch", "2.13.0")));
  ASSERT_TRUE(environment.differing);
  EXPECT_THAT(environment.differing->rows(),
              ElementsAre(ElementsAre("x seed 1", "1"), ElementsAre("x seed 2", "2")));
}

TEST(Overview, DoesWithoutWhatRunJsonLacks) {
  auto result = made_result("a", "x", 1, {});
  result.run["identity"] = "odd";
  result.run["environment"] = 3;
  const std::vector<RunResult> results = {result};
  EXPECT_TRUE(recipe_overview(by_network(results)).common.empty());
  EXPECT_FALSE(environment_overview(by_network(results)).differing);
  EXPECT_TRUE(recipe_overview({}).common.empty());
}

}  // namespace
}  // namespace reslab::app
