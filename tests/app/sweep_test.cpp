// Runs the program on experiments that vary settings.

#include <filesystem>

#include <gmock/gmock.h>

#include "app/config/json.h"
#include "app/small_experiment.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

constexpr auto kSweep = R"({
  "name": "small",
  "data": {"name": "shapes", "train": 48, "test": 20},
  "networks": "resnet-8",
  "recipe": {"iterations": 4, "batch": 8, "record_every": 2, "evaluate_every": 4},
  "vary": {"/recipe/learning_rate/start": [0.05, 0.1], "/data/validation": [0, 8],
           "/data/augment/flip": [false, true]}
})";

class Sweep : public SmallExperimentTest {};

TEST_F(Sweep, ItsRunsAreThoseOfAnExperimentOnEachSetting) {
  write("e.json", kSweep);
  ASSERT_EQ(reslab("run e.json --out runs --threads 1").code, 0);
  const std::tuple<std::string, std::string> table[] = {
      {"start=0.05,validation=8,flip=true",
       "--set /recipe/learning_rate/start=0.05 --set /data/validation=8 --set "
       "/data/augment/flip=true"},
      {"start=0.1,validation=0,flip=false",
       "--set /recipe/learning_rate/start=0.1 --set /data/validation=0 --set "
       "/data/augment/flip=false"}};
  for (const auto& [name, settings] : table) {
    ASSERT_EQ(reslab("run e.json --out " + name + " --threads 1 --set /vary=null " + settings).code,
              0);
    const auto varied = run("runs", "resnet-8@" + name), alone = run(name, "resnet-8");
    EXPECT_EQ(content(varied / "metrics.csv"), content(alone / "metrics.csv"));
    EXPECT_FALSE(content(varied / "metrics.csv").empty());
    EXPECT_EQ(read_json((varied / "run.json").string())["identity"],
              read_json((alone / "run.json").string())["identity"]);
    EXPECT_EQ(content(varied / "weights.safetensors"), content(alone / "weights.safetensors"));
  }
}

TEST_F(Sweep, KeepsItsRunsWhenValuesAreAdded) {
  write("e.json", kSweep);
  const std::string one = " --out runs --set '/vary={\"/recipe/batch\": [4, 8]}'";
  ASSERT_EQ(reslab("run e.json --only '*batch=4'" + one).code, 0);
  EXPECT_FALSE(std::filesystem::exists(run("runs", "resnet-8@batch=8")));
  const auto weights = run("runs", "resnet-8@batch=4") / "weights.safetensors";
  const auto written = std::filesystem::last_write_time(weights);
  const auto result = reslab("run e.json --out runs --set '/vary={\"/recipe/batch\": [4, 6]}'");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(std::filesystem::last_write_time(weights), written);
  EXPECT_TRUE(std::filesystem::exists(run("runs", "resnet-8@batch=6") / "weights.safetensors"));
  EXPECT_THAT(result.out, HasSubstr("Best on the test split: batch="));

  const auto refused = reslab("run e.json --set /recipe/iterations=8" + one);
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("resnet-8@batch=4/seed-1: holds another run, "
                                     "/recipe/iterations: 4 -> 8"));
}

TEST_F(Sweep, EvaluatesAndExportsItsRunsAndChecksTheFile) {
  write("e.json", kSweep);
  const std::string only = " --set '/vary={\"/recipe/batch\": [8]}'";
  ASSERT_EQ(reslab("run e.json --out runs" + only).code, 0);
  const std::string directory = "runs/small/resnet-8@batch=8/seed-1";
  const auto evaluated = reslab("evaluate " + directory + " --json");
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  const auto exported = reslab("export " + directory + " --format torchscript -o m.pt");
  EXPECT_EQ(exported.code, 0) << exported.err;
  const auto checked = reslab("check e.json");
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("resnet-8@start=0.1,validation=8,flip=true"));
}

}  // namespace
}  // namespace reslab::app
