#include "app/bench/estimate.h"

#include <gmock/gmock.h>

#include "app/small_experiment.h"
#include "reslab/model/network.h"
#include "reslab/model/summary.h"

namespace reslab::app {
namespace {

class Estimate : public SmallExperimentTest {
 protected:
  Experiment experiment(const std::vector<std::string>& assignments) {
    return load_experiment(folder_.write("e.json", kExperiment), assignments);
  }

  /// The costs on a machine that computes 1000 multiply-adds a second in float32 and 4000 in
  /// bfloat16, in evaluations twice as many.
  std::vector<RunCost> costs(const std::vector<std::string>& assignments) {
    return estimate(experiment(assignments),
                    [](const RunPlan& plan, std::int64_t) -> std::optional<ComputeRate> {
                      const auto rate =
                          plan.recipe.precision == Precision::bfloat16 ? 4000.0 : 1000.0;
                      return ComputeRate{rate, 2 * rate};
                    });
  }

  /// Seconds of the training of each run.
  std::vector<double> seconds(const std::vector<std::string>& assignments) {
    std::vector<double> all;
    for (const auto& cost : costs(assignments)) all.push_back(*cost.training);
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

TEST_F(Estimate, CountsTheImagesOfEveryEvaluation) {
  const auto evaluated = [this](const std::vector<std::string>& assignments) {
    return costs(assignments)[0].evaluated_images;
  };
  const std::vector<std::string> data = {"/data/train=100", "/data/test=50"};
  const auto with = [&data](std::vector<std::string> more) {
    more.insert(more.end(), data.begin(), data.end());
    return more;
  };
  EXPECT_EQ(evaluated(with({"/recipe/iterations=12", "/recipe/evaluate_every=4"})), 3 * 50);
  EXPECT_EQ(evaluated(with({"/recipe/iterations=13", "/recipe/evaluate_every=4"})), 4 * 50);
  EXPECT_EQ(evaluated(with({"/recipe/iterations=3", "/recipe/evaluate_every=4"})), 50);
  EXPECT_EQ(
      evaluated(with({"/recipe/iterations=12", "/recipe/evaluate_every=4", "/data/validation=20"})),
      3 * 70);
  EXPECT_EQ(evaluated(with(
                {"/recipe/iterations=12", "/recipe/evaluate_every=12", "/data/test_crops=10"})),
            500);
  const auto cost = costs(data)[0];
  EXPECT_DOUBLE_EQ(*cost.evaluations,
                   static_cast<double>(cost.network.macs) * cost.evaluated_images / 2000);
}

TEST_F(Estimate, CountsTheMultiplyAddsOfStepsAndEvaluations) {
  const auto plan = experiment({"/recipe/iterations=13", "/recipe/evaluate_every=4",
                                "/recipe/batch=8", "/data/test=50", "/data/test_crops=10"})
                        .runs[0];
  const auto macs = summarize(*make_network(plan.network, 1), 32).macs;
  EXPECT_DOUBLE_EQ(run_macs(plan, *make_source(plan.data)->outline()),
                   static_cast<double>(macs * (3 * 13 * 8 + 4 * 50 * 10)));
}

TEST_F(Estimate, CountsTheMemoryOfOnePartOfTheBatch) {
  const auto memory = [this](const std::string& batch, const std::string& parts) {
    const auto plan = experiment({"/recipe/batch=" + batch, "/recipe/parts=" + parts}).runs[0];
    return training_memory(plan, *make_source(plan.data)->outline());
  };
  EXPECT_GT(memory("1024", "1"), memory("256", "1"));
  // Each part has 256 images. The sum of four parts has two levels, each with a copy of the
  // gradients.
  const auto plan = experiment({}).runs[0];
  const auto parameters = static_cast<double>(count_network(plan.network, 32).parameters);
  EXPECT_EQ(memory("1024", "4"), memory("256", "1") + 2 * sizeof(float) * parameters);
}

TEST_F(Estimate, IsUnknownWithoutARate) {
  const auto unknown = estimate(
      experiment({}), [](const RunPlan&, std::int64_t) { return std::optional<ComputeRate>(); });
  EXPECT_FALSE(unknown[0].training || unknown[0].evaluations);
  EXPECT_GT(unknown[0].network.macs, 0);
}

TEST_F(Estimate, OfCheckComesFromWhatWasMeasuredBefore) {
  write("e.json", kExperiment);
  const auto seconds_of = [this](const std::string& options) {
    const auto result = reslab("check e.json --json --threads 1" + options);
    EXPECT_EQ(result.code, 0) << result.err;
    const auto checked = Json::parse(result.out)[0];
    double sum = 0;
    for (const auto& run : checked["runs"]) {
      EXPECT_EQ(run["seconds"].is_null(), checked["seconds"].is_null());
      if (run["seconds"].is_number()) sum += run["seconds"].get<double>();
    }
    EXPECT_DOUBLE_EQ(checked["seconds"].is_null() ? 0 : checked["seconds"].get<double>(), sum);
    return checked["seconds"];
  };
  EXPECT_TRUE(seconds_of("").is_null());
  EXPECT_THAT(reslab("check e.json --threads 1").out, testing::HasSubstr("--time measures"));
  const auto measured = seconds_of(" --time");
  EXPECT_GT(measured.get<double>(), 0);
  EXPECT_EQ(seconds_of(""), measured);
  EXPECT_THAT(reslab("check e.json --threads 1").out,
              testing::HasSubstr("from the speed of resnet-14 on this machine"));
  EXPECT_TRUE(seconds_of(" --set /recipe/kernels=aten").is_null());
  write("cache/reslab/speeds.json", "{damaged");
  EXPECT_TRUE(seconds_of("").is_null());
}

}  // namespace
}  // namespace reslab::app
