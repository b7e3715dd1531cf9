#include "app/bench/estimate.h"

#include <gtest/gtest.h>

#include "app/small_experiment.h"
#include "reslab/model/network.h"

namespace reslab::app {
namespace {

class Estimate : public SmallExperimentTest {
 protected:
  Experiment experiment(const std::vector<std::string>& assignments) {
    return load_experiment(folder_.write("e.json", kExperiment), assignments);
  }

  /// Seconds of the runs on a machine that computes 1000 multiply-adds a second in float32 and 4000
  /// in bfloat16.
  std::vector<double> seconds(const std::vector<std::string>& assignments) {
    std::vector<double> all;
    for (const auto& cost : estimate(experiment(assignments), [](Precision precision) {
           return precision == Precision::bfloat16 ? 4000.0 : 1000.0;
         }))
      all.push_back(cost.seconds);
    return all;
  }
};

TEST_F(Estimate, IsThreeForwardPassesOfEveryImageAtTheSpeedOfTheMachine) {
  const auto runs = seconds({"/recipe/iterations=12", "/recipe/batch=8"});
  ASSERT_EQ(runs.size(), 2U);
  const auto macs = summarize(*make_network(experiment({}).runs[0].network, 1), 32).macs;
  EXPECT_DOUBLE_EQ(runs[0], 3.0 * static_cast<double>(macs) * 12 * 8 / 1000);
}

TEST_F(Estimate, IsProportionalToIterationsAndBatch) {
  const auto once = seconds({"/recipe/iterations=12", "/recipe/batch=8"});
  const auto longer = seconds({"/recipe/iterations=36", "/recipe/batch=16"});
  ASSERT_EQ(once.size(), longer.size());
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_DOUBLE_EQ(longer[i], 6 * once[i]);
}

TEST_F(Estimate, TakesTheSpeedOfTheRecipesPrecision) {
  const auto slow = seconds({"/recipe/precision=float32"});
  const auto fast = seconds({"/recipe/precision=bfloat16"});
  for (std::size_t i = 0; i < slow.size(); ++i) EXPECT_DOUBLE_EQ(fast[i], slow[i] / 4);
}

TEST_F(Estimate, GivesEverySeedTheCostOfItsNetwork) {
  const auto runs = seconds({"/seeds=[1,2,3]"});
  ASSERT_EQ(runs.size(), 6U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(runs[i], runs[0]);
    EXPECT_EQ(runs[3 + i], runs[3]);
  }
}

TEST_F(Estimate, OfCheckIsTheSumOfTheRuns) {
  write("e.json", kExperiment);
  const auto result = reslab("check e.json --json");
  ASSERT_EQ(result.code, 0) << result.err;
  const auto checked = Json::parse(result.out)[0];
  double sum = 0;
  for (const auto& run : checked["runs"]) {
    EXPECT_GT(run["seconds"].get<double>(), 0);
    sum += run["seconds"].get<double>();
  }
  EXPECT_DOUBLE_EQ(checked["seconds"].get<double>(), sum);
}

}  // namespace
}  // namespace reslab::app
