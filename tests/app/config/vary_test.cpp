#include "app/config/vary.h"

#include <gmock/gmock.h>

#include "app/config/changed_experiment.h"
#include "app/config/experiment.h"
#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Vary, MultipliesNetworksValuesAndSeeds) {
  const auto experiment = read_changed(R"({
    "networks": {"depth": [20, 32]}, "seeds": [1, 2],
    "vary": {"/recipe/learning_rate/start": [0.05, 0.1], "/recipe/batch": [64]}})");
  EXPECT_THAT(names(experiment),
              ElementsAre("resnet-20@start=0.05,batch=64/1", "resnet-20@start=0.05,batch=64/2",
                          "resnet-20@start=0.1,batch=64/1", "resnet-20@start=0.1,batch=64/2",
                          "resnet-32@start=0.05,batch=64/1", "resnet-32@start=0.05,batch=64/2",
                          "resnet-32@start=0.1,batch=64/1", "resnet-32@start=0.1,batch=64/2"));
  for (const auto& run : experiment.runs) EXPECT_EQ(run.recipe.batch, 64);
  EXPECT_EQ(rate(experiment.runs[0].recipe.learning_rate.schedule, {0, 10}), 0.05);
  EXPECT_EQ(rate(experiment.runs[6].recipe.learning_rate.schedule, {0, 10}), 0.1);
}

TEST(Vary, VariesNetworksAndData) {
  const auto experiment = read_changed(R"({
    "networks": {"connection": "residual"},
    "vary": {"/network/depth": [20, 32], "/network/shortcut": ["A", "B"],
             "/data/augment/flip": [false, true], "/data/validation": [0, 500]}})");
  ASSERT_EQ(experiment.runs.size(), 16U);
  EXPECT_EQ(experiment.runs[0].name, "resnet-20@flip=false,validation=0");
  EXPECT_FALSE(experiment.runs[0].data.augment.flip);
  EXPECT_EQ(experiment.runs[15].name, "resnet-32:shortcut=B@flip=true,validation=500");
  EXPECT_TRUE(experiment.runs[15].data.augment.flip);
  EXPECT_EQ(experiment.runs[15].data.validation, 500);
  EXPECT_EQ(experiment.data.validation, 0);
}

TEST(Vary, ReplacesWholeGroupsAndKnowsTheirAbsence) {
  const auto experiment = read_changed(R"({
    "recipe": {"optimizer": {"momentum": 0.8}},
    "vary": {"/recipe/optimizer": [{"name": "sgd"}, {"name": "adamw", "weight_decay": 0.05}],
             "/recipe/ema": [null, {"decay": 0.99}]}})");
  EXPECT_THAT(names(experiment),
              ElementsAre("resnet-20@optimizer.name=sgd,ema=null/1",
                          "resnet-20@optimizer.name=sgd,ema.decay=0.99/1",
                          "resnet-20@optimizer.name=adamw,weight_decay=0.05,ema=null/1",
                          "resnet-20@optimizer.name=adamw,weight_decay=0.05,ema.decay=0.99/1"));
  EXPECT_FALSE(experiment.runs[0].recipe.ema);
  EXPECT_TRUE(experiment.runs[3].recipe.ema);
}

TEST(Vary, WorksWithSetAndExtends) {
  const Folder folder;
  folder.write("base.json", R"({"name": "b", "networks": {"depth": 8},
                                "vary": {"/recipe/batch": [8, 16], "/recipe/ema": [null]}})");
  const auto file = folder.write("e.json", R"({"name": "e", "extends": "base.json",
                                               "vary": {"/recipe/ema": null,
                                                        "/data/validation": [100]}})");
  EXPECT_THAT(names(load_experiment(file, {})), ElementsAre("resnet-8@batch=8,validation=100/1",
                                                            "resnet-8@batch=16,validation=100/1"));
  EXPECT_THAT(names(load_experiment(file, {"/vary/~1recipe~1batch=[32]"})),
              ElementsAre("resnet-8@batch=32,validation=100/1"));
  EXPECT_THAT(names(load_experiment(file, {"/vary=null"})), ElementsAre("resnet-8/1"));
  EXPECT_THAT(names(load_experiment(file, {R"(/vary={"/recipe/batch": [2]})"})),
              ElementsAre("resnet-8@batch=2/1"));
  EXPECT_THAT(refusal([&] { load_experiment(file, {"/recipe/batch=32"}); }),
              ElementsAre("--set /recipe/batch: has no effect, /vary gives the values; expected "
                          "--set '/vary/~1recipe~1batch=[…]'"));
}

TEST(Vary, PathsAreRelativeToTheFileThatGivesThem) {
  const Folder folder;
  folder.write("experiments/a.pth", "");
  folder.write("experiments/images/data_batch_1.bin", "");
  const auto file = folder.write("experiments/e.json", R"({"name": "e", "networks": {"depth": 8},
    "data": {"name": "cifar10"},
    "vary": {"/recipe/init": ["a.pth", "b.pth:ema"], "/data/root": ["images"]}})");
  auto runs = load_experiment(file, {}).runs;
  EXPECT_EQ(runs[0].recipe.init, folder / "experiments/a.pth");
  EXPECT_EQ(runs[1].recipe.init, "b.pth:ema");
  EXPECT_EQ(*data_root(runs[0].data), folder / "experiments/images");
  EXPECT_EQ(runs[1].name, "resnet-8@init=b.pth-ema,root=images");
}

TEST(Vary, EntriesOfOneNetworkMayHaveTheirOwnRecipesAndSeeds) {
  const auto experiment = read_changed(R"({
    "seeds": [1, 2], "recipe": {"batch": 128},
    "networks": [{"depth": 20},
                 {"depth": 20, "recipe": {"batch": 64, "iterations": 100}, "seeds": [7]},
                 {"depth": 20, "recipe": {"batch": 32, "iterations": 100}, "seeds": null},
                 {"depth": [32, 44], "recipe": {"batch": 16}, "seeds": [3, 4, 5]}]})");
  EXPECT_THAT(names(experiment),
              ElementsAre("resnet-20/1", "resnet-20/2", "resnet-20@batch=64,iterations=100/7",
                          "resnet-20@batch=32,iterations=100/1",
                          "resnet-20@batch=32,iterations=100/2", "resnet-32/3", "resnet-32/4",
                          "resnet-32/5", "resnet-44/3", "resnet-44/4", "resnet-44/5"));
  const auto claims = claims_of(experiment);
  EXPECT_EQ(claims.seeds_of("resnet-20"), std::vector<std::int64_t>({1, 2}));
  EXPECT_EQ(claims.seeds_of("resnet-44"), std::vector<std::int64_t>({3, 4, 5}));
  EXPECT_EQ(claims.own_seeds.size(), 3U);
}

TEST(Vary, NamesOnlyTheValuesInWhichEntriesDiffer) {
  const auto experiment = read_changed(R"({
    "networks": [{"depth": 20, "recipe": {"batch": 64, "iterations": 100}},
                 {"depth": 20, "recipe": {"batch": 32, "iterations": 100}}],
    "vary": {"/recipe/learning_rate/start": [0.1]}})");
  EXPECT_THAT(names(experiment),
              ElementsAre("resnet-20@batch=64,start=0.1/1", "resnet-20@batch=32,start=0.1/1"));
}

TEST(Vary, ClaimsNameItsRuns) {
  const auto experiment = [](const std::string& run, const std::string& metric) {
    return read_changed(R"({"vary": {"/recipe/batch": [8, 16], "/data/validation": [0, 100]},
                            "expect": [{"claim": "c", "below": 10, "value": {"run": ")" +
                        run + R"(", "metric": ")" + metric + R"("}}]})");
  };
  EXPECT_EQ(experiment("resnet-20@batch=8,validation=0", "test_error").expectations[0].value.run,
            "resnet-20@batch=8,validation=0");
  EXPECT_THAT(refusal([&] { experiment("resnet-20@batch=8,validation=100", "validation_error"); }),
              IsEmpty());
  EXPECT_THAT(refusal([&] { experiment("resnet-20@batch=8,validation=0", "validation_error"); }),
              ElementsAre("x.json: /expect/0/value/metric: no images are set apart for validation, "
                          "expected /data/validation above 0"));
  EXPECT_THAT(refusal([&] { experiment("resnet-20@batch=9,validation=0", "test_error"); }),
              ElementsAre("x.json: /expect/0/value/run: no run of the file is named "
                          "'resnet-20@batch=9,validation=0', did you mean "
                          "'resnet-20@batch=8,validation=0'?"));
}

TEST(Vary, EachErrorIsOneLine) {
  const std::string start = "x.json: /vary: ";
  const std::pair<std::string, std::string> table[] = {
      {R"({"vary": []})",
       "x.json: /vary: got [], expected an object of JSON pointers and lists, for example "
       "{\"/recipe/batch\": [64, 128]}"},
      {R"({"vary": {"/recipe/batch": 64}})",
       start + "/recipe/batch: got 64, expected a list of values"},
      {R"({"vary": {"/recipe/batch": []}})",
       start + "/recipe/batch: got [], expected at least one value"},
      {R"({"vary": {"/recipe/batch": [64, 32, 64.0]}})",
       start + "/recipe/batch: got 64.0 twice, expected each value once"},
      {R"({"vary": {"/recipe/batch": [64, "big"]}})",
       start + "/recipe/batch: got 'big', expected an integer from 2 to 65536"},
      {R"({"vary": {"/recipe/bach": [64, 32]}})",
       start + "/recipe/bach: unknown key, did you mean 'batch'?"},
      {R"({"vary": {"/recipe/batch/size": [64]}, "recipe": {"batch": 32}})",
       start + "/recipe/batch/size: /recipe/batch is 32 and cannot hold 'size'"},
      {R"({"vary": {"batch": [64]}})",
       start + "batch: expected a JSON pointer below /recipe, /network or /data, for example "
               "/recipe/batch"},
      {R"({"vary": {"/seeds": [[1], [2]]}})",
       start + "/seeds: expected a JSON pointer below /recipe, /network or /data, for example "
               "/recipe/batch"},
      {R"({"vary": {"/recipe/ba~tch": [1]}})",
       start + "/recipe/ba~tch: expected a JSON pointer below /recipe, /network or /data, for "
               "example /recipe/batch"},
      {R"({"vary": {"/recipe/optimizer": [{}], "/recipe/optimizer/nesterov": [true]}})",
       start + "/recipe/optimizer/nesterov: is inside /recipe/optimizer, which also varies; "
               "expected one of them"},
      {R"({"vary": {"/network/depth": [20, 21]}, "networks": {"connection": "plain"}})",
       start + "/network/depth: no CIFAR network of basic blocks has 21 layers; possible: 8, 14, "
               "20, 26, 32, 38, 44, 50, 56, and every other 6n+2 up to 1202"},
      {R"({"vary": {"/network/depth": [20, 32]}})",
       "x.json: /networks/0: replaces /network/depth, which /vary varies; expected only one of "
       "them to give it"},
      {R"({"vary": {"/recipe/batch": [8]}, "networks": [{"depth": 8, "recipe": {"batch": 4}}]})",
       "x.json: /networks/0: replaces /recipe/batch, which /vary varies; expected only one of them "
       "to give it"},
      {R"({"vary": {"/network/gate_bias": [-1, -2]}})",
       "x.json: /networks/0: two runs are named 'resnet-20', the first is from /networks/0; "
       "expected different names; 'gate_bias' has no effect on it: only a highway network has "
       "gates"},
      {R"({"vary": {"/recipe/batch": [null, 128]}})",
       "x.json: /networks/0: 'resnet-20@batch=128' is the same training as 'resnet-20@batch=null', "
       "expected different settings"},
      {R"({"vary": {"/data/validation": [1000000]}})",
       start + "/data/validation: expected at most 19999 of 20000 training images, found 1000000"},
      {R"({"networks": [{"depth": 20, "seeds": []}]})",
       "x.json: /networks/0/seeds: got [], expected at least one seed"},
      {R"({"networks": [{"depth": 20, "seeds": [1, 1]}]})",
       "x.json: /networks/0/seeds: got [1,1], expected each seed once"},
      {R"({"networks": [{"depth": 20, "seeds": 3}]})",
       "x.json: /networks/0/seeds: got 3, expected a list of integers, each from 0 to 4294967295"}};
  for (const auto& [changes, line] : table)
    EXPECT_THAT(refusal([&] { read_changed(changes); }), ElementsAre(line)) << changes;
}

TEST(Vary, RefusesMoreRunsThanCanBeMeant) {
  Json many = Json::array();
  for (int i = 0; i < 300; ++i) many.push_back(i + 2);
  const auto read = [&](const Json& vary, const Json& seeds) {
    return refusal([&] { read_changed(Json({{"vary", vary}, {"seeds", seeds}}).dump()); });
  };
  EXPECT_THAT(read({{"/recipe/batch", many}, {"/recipe/iterations", many}}, {1}),
              ElementsAre("x.json: /vary: /recipe/iterations: expands to more than 10000 "
                          "combinations, expected fewer"));
  EXPECT_THAT(read({{"/recipe/batch", many}}, many),
              ElementsAre("x.json: /networks/0: expands to more than 10000 runs, expected fewer"));
}

TEST(Vary, RefusesANameTooLongForAFolder) {
  Json steps = Json::array();
  for (int i = 0; i < 60; ++i) steps.push_back(10000 + i);
  const auto vary = Json({{"vary", {{"/recipe/learning_rate/at", Json::array({steps})}}}});
  EXPECT_THAT(refusal([&] { read_changed(vary.dump()); }),
              ElementsAre(testing::HasSubstr("is longer than 200 bytes")));
}

}  // namespace
}  // namespace reslab::app
