#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "app/config/experiment.h"
#include "app/config/schema.h"
#include "refusal.h"

namespace reslab::app {
namespace {

const std::filesystem::path kExperiments = RESLAB_EXPERIMENTS;

TEST(ShippedExperiments, AreValid) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kExperiments)) {
    const auto file = entry.path().string();
    if (!file.ends_with(".json") || file.ends_with(".schema.json")) continue;
    ++files;
    EXPECT_THAT(refusal([&] {
                  const auto experiment = read_experiment(Document::load(file));
                  EXPECT_EQ(experiment.name, entry.path().stem());
                  // A short version need not have claims.
                  // own-images.json cannot have any: its images are the user's.
                  const bool may_lack_claims =
                      file.ends_with("-short.json") || experiment.name == "own-images";
                  EXPECT_TRUE(may_lack_claims || !experiment.expectations.empty()) << file;
                }),
                testing::IsEmpty());
  }
  EXPECT_GE(files, 2);
}

TEST(ShippedExperiments, TheSchemaIsThatOfTheReader) {
  std::ifstream stream(kExperiments / "experiment.schema.json");
  std::ostringstream shipped;
  shipped << stream.rdbuf();
  EXPECT_TRUE(shipped.str() == schema().dump(2) + "\n")
      << "the settings have changed: reslab list --json >experiments/experiment.schema.json";
}

TEST(ShippedExperiments, CarryThePapersSchedule) {
  const auto experiment =
      read_experiment(Document::load((kExperiments / "cifar10-plain-vs-residual.json").string()));
  EXPECT_EQ(experiment.runs.size(), 27U);
  for (const auto& run : experiment.runs) {
    EXPECT_EQ(run.recipe.learning_rate.warmup.has_value(), run.network.depth == 110) << run.name;
    EXPECT_EQ(run.recipe.iterations, 64000);
    EXPECT_DOUBLE_EQ(rate(run.recipe.learning_rate.schedule, {31999, 64000}), 0.1);
    EXPECT_DOUBLE_EQ(rate(run.recipe.learning_rate.schedule, {48000, 64000}), 0.001);
  }
}

}  // namespace
}  // namespace reslab::app
