#include "app/config/experiment.h"

#include <gmock/gmock.h>

#include "app/config/changed_experiment.h"
#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using Relation = Expectation::Relation;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Experiment read(const std::string& text) {
  return read_experiment(Document("x.json", Json::parse(text)));
}

TEST(Experiment, ListsInsideAnEntryMultiplyAndSoDoSeeds) {
  const auto experiment = read(R"({
    "$schema": "experiment.schema.json", "name": "a-1", "why": "because",
    "network": {"padding": "both"},
    "networks": [{"connection": ["plain", "residual"], "depth": [20, 56]},
                 {"connection": "highway", "depth": 20, "gate_bias": [-1, -3]}],
    "seeds": [3, 1]})");
  EXPECT_EQ(experiment.name, "a-1");
  EXPECT_EQ(experiment.why, "because");
  EXPECT_THAT(names(experiment),
              ElementsAre("plain-20/3", "plain-20/1", "plain-56/3", "plain-56/1",
                          "resnet-20:padding=both/3", "resnet-20:padding=both/1",
                          "resnet-56:padding=both/3", "resnet-56:padding=both/1",
                          "highway-20:padding=both,gate_bias=-1/3",
                          "highway-20:padding=both,gate_bias=-1/1", "highway-20:padding=both/3",
                          "highway-20:padding=both/1"));
}

TEST(Experiment, AnObjectIsOneEntryAndAbsentKeysTakeDefaults) {
  const auto experiment = read(R"({"name": "a", "networks": {"depth": 32}})");
  EXPECT_THAT(names(experiment), ElementsAre("resnet-32/1"));
  EXPECT_EQ(experiment.runs[0].recipe.iterations, Recipe().iterations);
  EXPECT_EQ(experiment.data, DataOptions());
  EXPECT_THAT(experiment.runs[0].given, Not(Contains("classes")));
}

TEST(Experiment, IsAnObject) {
  EXPECT_THAT(refusal([] { read("1"); }), ElementsAre("x.json: got 1, expected an object"));
}

TEST(Experiment, AnEntryPatchesTheRecipeOfItsOwnRuns) {
  const auto experiment = read(R"({
    "name": "a", "recipe": {"iterations": 10, "learning_rate": {"start": 0.2}, "batch": 32},
    "networks": [{"depth": 20},
                 {"depth": 110, "recipe": {"learning_rate": {"warmup": {"rate": 0.5}},
                                           "batch": null}}]})");
  const auto &first = experiment.runs[0].recipe, &second = experiment.runs[1].recipe;
  EXPECT_EQ(first.iterations, 10);
  EXPECT_EQ(second.iterations, 10);
  EXPECT_EQ(first.batch, 32);
  EXPECT_EQ(second.batch, Recipe().batch);
  EXPECT_FALSE(first.learning_rate.warmup);
  ASSERT_TRUE(second.learning_rate.warmup);
  EXPECT_EQ(second.learning_rate.warmup->rate, 0.5);
  EXPECT_EQ(rate(second.learning_rate.schedule, {0, 10}), 0.2);
}

TEST(Experiment, KnowsWhetherTheFileGivesTheClasses) {
  EXPECT_THAT(read_changed(R"({"network": {"classes": 5}})").runs[0].given, Contains("classes"));
  EXPECT_EQ(read_changed(R"({"network": {"classes": 5}})").runs[0].network.classes, 5);
}

TEST(Experiment, EachErrorIsOneLine) {
  const std::pair<std::string, std::string> table[] = {
      {R"({"name": null})",
       "x.json: missing key 'name', expected a text, for example \"my-experiment\""},
      {R"({"name": "a/b"})",
       "x.json: /name: got 'a/b', expected 1 to 100 letters, digits, '-', '_', ',' and '=': it "
       "names a folder"},
      {R"({"name": "../a"})",
       "x.json: /name: got '../a', expected 1 to 100 letters, digits, '-', '_', ',' and '=': it "
       "names a folder"},
      {R"({"name": "/a"})",
       "x.json: /name: got '/a', expected 1 to 100 letters, digits, '-', '_', ',' and '=': it "
       "names a folder"},
      {R"({"name": "a\u001b[2J"})",
       "x.json: /name: got 'a?[2J', expected 1 to 100 letters, digits, '-', '_', ',' and '=': it "
       "names a folder"},
      {R"({"networks": ["../resnet-20"]})",
       "x.json: /networks/0: network '../resnet-20': unknown kind '../resnet', did you mean "
       "'resnet'?"},
      {R"({"name": true})", "x.json: /name: got true, expected a text"},
      {R"({"networks": null})",
       "x.json: missing key 'networks', expected a network or a list, for example [\"plain-20\", "
       "\"resnet-20\"]"},
      {R"({"networks": []})", "x.json: /networks: got [], expected at least one network"},
      {R"({"networks": [20]})",
       "x.json: /networks/0: got 20, expected a network, for example \"resnet-20\" or "
       "{\"connection\": \"residual\", \"depth\": 20}"},
      {R"({"networks": [{"depth": 20}, {"depth": []}]})",
       "x.json: /networks/1/depth: got [], expected at least one value"},
      {R"({"networks": [{"depth": [20, 21]}]})",
       "x.json: /networks/0/depth/1: no CIFAR network of basic blocks has 21 layers; possible: 8, "
       "14, 20, 26, 32, 38, 44, 50, 56, and every other 6n+2 up to 1202"},
      {R"({"networks": {"connection": ["plain", "residal"]}})",
       "x.json: /networks/connection/1: got 'residal', expected one of 'plain', 'residual', "
       "'highway', did you mean 'residual'?"},
      {R"({"networks": [{"dept": 20}]})",
       "x.json: /networks/0/dept: unknown key, did you mean 'depth'?"},
      {R"({"networks": [{"depth": 20, "recipe": 3}]})",
       "x.json: /networks/0/recipe: got 3, expected an object"},
      {R"({"networks": [{"depth": 20, "recipe": {"batch": "big"}}]})",
       "x.json: /networks/0/recipe/batch: got 'big', expected an integer from 2 to 65536"},
      {R"({"networks": [{"depth": 20}, {"depth": [32, 20]}]})",
       "x.json: /networks/1: two runs are named 'resnet-20', the first is from /networks/0; "
       "expected different names"},
      {R"({"networks": [{"connection": ["plain", "highway"], "gate_bias": [-1, -2]}]})",
       "x.json: /networks/0: two runs are named 'plain-20', the first is from /networks/0; "
       "expected different names; 'gate_bias' has no effect on it: only a highway network has "
       "gates"},
      {R"({"networks": [{"connection": "plain", "shortcut": "B"}]})",
       "x.json: /networks/0/shortcut: has no effect: a plain network has no shortcut; expected a "
       "setting that a network uses"},
      {R"({"network": {"gate_bias": -1}})",
       "x.json: /network/gate_bias: has no effect: only a highway network has gates; expected a "
       "setting that a network uses"},
      {R"({"network": {"shortcut": ["A", "B"]}})",
       "x.json: /network/shortcut: got [\"A\",\"B\"], expected one of 'A', 'B', 'C'"},
      {R"({"network": []})", "x.json: /network: got [], expected an object"},
      {R"({"recipe": {"iterations": -1}})",
       "x.json: /recipe/iterations: got -1, expected an integer from 1 to 1000000000"},
      {R"({"recipe": {"optimizer": {"name": "sdg"}}})",
       "x.json: /recipe/optimizer/name: got 'sdg', expected " +
           expected(recipe_settings().find("optimizer")->members.front()) +
           ", did you mean 'sgd'?"},
      {R"({"recipe": {"optimizer": {"name": "adamw", "momentum": 0.9}}})",
       "x.json: /recipe/optimizer/momentum: unknown key, it belongs to name 'sgd'; null removes "
       "it"},
      {R"({"recipe": {"optimizer": {"betas": [0.9, 0.99]}}})",
       "x.json: /recipe/optimizer/betas: unknown key, it belongs to name 'adamw'; null removes it"},
      {R"({"recipe": {"optimizer": {"name": "adamw", "betas": [0.9]}}})",
       "x.json: /recipe/optimizer/betas: got [0.9], expected a list of 2 numbers, each from 0 to "
       "0.999999"},
      {R"({"recipe": {"label_smoothing": 1.5}})",
       "x.json: /recipe/label_smoothing: got 1.5, expected a number from 0 to 1"},
      {R"({"recipe": {"ema": 0.99}})", "x.json: /recipe/ema: got 0.99, expected an object or null"},
      {R"({"data": {"augment": {"random_resized_crop": {"scale": [1, 0.5]}}}})",
       "x.json: /data/augment/random_resized_crop/scale: got 1,0.5, expected the smaller number "
       "first"},
      {R"({"recipe": {"optimizer": {"convolution_rate": 0.1}}})",
       "x.json: /recipe/optimizer/convolution_rate: unknown key, it belongs to name 'muon'; null "
       "removes it"},
      {R"({"recipe": {"learning_rate": {"schedule": "cosine", "at": [1]}}})",
       "x.json: /recipe/learning_rate/at: unknown key, it belongs to schedule 'steps'; null "
       "removes it"},
      {R"({"data": {"name": "cifar1"}})", "x.json: /data/name: got 'cifar1', expected " +
                                              expected(data_settings().list().front()) +
                                              ", did you mean 'cifar10'?"},
      {R"({"data": {"normalize": {"mean": [0.5, 0.5], "std": [1, 1, 1]}}})",
       "x.json: /data/normalize/mean: 2 numbers; it should be three, for red, green and blue, or "
       "one"},
      {R"({"seeds": 1})",
       "x.json: /seeds: got 1, expected a list of integers, each from 0 to "
       "4294967295"},
      {R"({"seeds": [1, 2, 1]})", "x.json: /seeds: got [1,2,1], expected each seed once"},
      {R"({"seeds": []})", "x.json: /seeds: got [], expected at least one seed"},
      {R"({"extnds": "b.json"})", "x.json: /extnds: unknown key, did you mean 'extends'?"},
      {R"({"extends": "b.json"})",
       "x.json: /extends: is read before --set, expected it in the file"},
      {R"({"expects": []})", "x.json: /expects: unknown key, did you mean 'expect'?"}};
  for (const auto& [changes, line] : table)
    EXPECT_THAT(refusal([&] { read_changed(changes); }), ElementsAre(line)) << changes;
}

TEST(Experiment, RefusesAnExpansionTooLargeToBeMeant) {
  std::string hundreds = "[0";
  for (int i = 1; i < 300; ++i) hundreds += "," + std::to_string(i);
  hundreds += "]";
  EXPECT_THAT(refusal([&] {
                read(R"({"name": "a", "networks": {"depth": )" + hundreds + R"(, "gate_bias": )" +
                     hundreds + "}}");
              }),
              ElementsAre("x.json: /networks: expands to more than 10000 runs, expected fewer"));
}

TEST(Experiment, ReportsEveryErrorAtOnceWithItsFile) {
  Document document("x.json", Json::parse(R"({
    "nam": "a", "networks": [{"depth": 21}, {"connection": "plian"}],
    "network": {"shortcut": "D"}, "recipe": {"batch": 0, "learning_rate": {"start": "high"}},
    "expect": [{"claim": "c"}]})"));
  document.assign({"/recipe/batch=-1", "/recipe/iteratons=400"});
  const auto lines = refusal([&] { read_experiment(document); });
  const std::string expected[] = {
      "x.json: missing key 'name', expected a text, for example \"my-experiment\"",
      "x.json: /nam: unknown key, did you mean 'name'?",
      "x.json: /networks/0/depth: no CIFAR network of basic blocks has 21 layers; possible: 8, 14, "
      "20, 26, 32, 38, 44, 50, 56, and every other 6n+2 up to 1202",
      "x.json: /networks/1/connection: got 'plian', expected one of 'plain', 'residual', "
      "'highway', did you mean 'plain'?",
      "x.json: /network/shortcut: got 'D', expected one of 'A', 'B', 'C'",
      "--set: /recipe/batch: got -1, expected an integer from 2 to 65536",
      "--set: /recipe/iteratons: unknown key, did you mean 'iterations'?",
      "x.json: /recipe/learning_rate/start: got 'high', expected a number from 0 to 1000",
      "x.json: /expect/0: missing key 'value'",
      "x.json: /expect/0: expected one of 'above', 'below', 'between'"};
  for (const auto& line : expected) EXPECT_THAT(lines, testing::Contains(line));
  EXPECT_EQ(lines.size(), std::size(expected)) << testing::PrintToString(lines);
}

TEST(Experiment, AStepPastTheLastIterationIsAllowed) {
  EXPECT_THAT(refusal([] {
                read_changed(R"({"recipe": {"iterations": 10,
                                            "learning_rate": {"at": [20]}}})");
              }),
              IsEmpty());
}

TEST(Claims, ReadBackAsWritten) {
  const Folder folder;
  const Measure deep = {"plain-56", "train_error", 400, {}};
  const Measure shallow = {"plain-20", "train_error", {}, 0.25};
  const Claims written = {"name <&>",
                          "why\nso",
                          {1, 7},
                          {{"plain-56", {1}}},
                          {{"a", deep, Relation::above, shallow, 0, 0, -2.5, {}},
                           {"b", deep, Relation::below, {}, 20, 0, {}, 1.5},
                           {"c", shallow, Relation::between, {}, 6.2, 8.4, {}, 6.97}}};
  write_claims(folder / "runs/e", written);
  const auto read = read_claims(folder / "runs/e");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, written);
}

TEST(Claims, AreNothingWithoutAFileAndRefusedWhenDamaged) {
  const Folder folder;
  EXPECT_FALSE(read_claims(folder / ""));
  folder.write("experiment.json", "[]");
  EXPECT_THAT(refusal([&] { read_claims(folder / ""); }),
              ElementsAre(HasSubstr("experiment.json: got []")));
  folder.write("experiment.json", R"({"name": true, "seeds": [], "expect": [{}], "x": 1})");
  EXPECT_THAT(refusal([&] { read_claims(folder / ""); }),
              testing::IsSupersetOf({HasSubstr("/name: got true"), HasSubstr("/x: unknown key"),
                                     HasSubstr("/expect/0: missing key 'claim'"),
                                     HasSubstr("/seeds: expected at least one seed")}));
}

TEST(Experiment, TakesWholeNumbersHoweverTheyAreWritten) {
  const Folder folder;
  const auto file = folder.write("e.json", R"({"name": "e", "seeds": [1.0, 2e0],
    "networks": {"depth": [8.0, 2e1]}, "recipe": {"iterations": 1e3, "batch": 32.0}})");
  const auto experiment = load_experiment(file, {"/data/train=4e2"});
  EXPECT_EQ(experiment.seeds, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(experiment.recipe.iterations, 1000);
  EXPECT_EQ(experiment.recipe.batch, 32);
  ASSERT_EQ(experiment.runs.size(), 4U);
  EXPECT_EQ(experiment.runs[0].name, "resnet-8");
  EXPECT_EQ(experiment.runs[2].name, "resnet-20");
  EXPECT_THAT(refusal([&] { load_experiment(file, {"/recipe/batch=32.5", "/seeds=[1e300]"}); }),
              testing::SizeIs(2));
}

std::string root_of(Experiment experiment) { return *data_root(experiment.runs.front().data); }

TEST(Experiment, TakesNumbersAsTextWhereATextBelongs) {
  const Folder folder;
  const auto file = folder.write(
      "e.json",
      R"({"name": "e", "networks": {"depth": 8}, "data": {"name": "cifar10", "root": 7}})");
  EXPECT_EQ(root_of(load_experiment(file, {})), "7");
  for (const std::string name : {"2023", "007", "1e3", "2023.10", "-1"}) {
    const auto experiment =
        load_experiment(file, {"/data/root=" + name, "/recipe/init=" + name, "/why=" + name});
    EXPECT_EQ(root_of(experiment), name);
    EXPECT_EQ(experiment.runs.front().recipe.init, name);
    EXPECT_EQ(experiment.why, name);
  }
}

TEST(Experiment, PathsInAFileAreRelativeToItIfTheyExistThere) {
  const Folder folder;
  const auto file = folder.write("experiments/e.json", R"({"name": "e",
    "data": {"name": "cifar10", "root": "images"},
    "networks": [{"depth": 8, "recipe": {"init": "weights.pth"}}, {"depth": 14}],
    "recipe": {"init": "shared.pth"}})");
  const auto elsewhere = load_experiment(file, {});
  EXPECT_EQ(root_of(elsewhere), "images");
  EXPECT_EQ(elsewhere.runs[0].recipe.init, "weights.pth");

  folder.write("experiments/images/data_batch_1.bin", "");
  folder.write("experiments/weights.pth", "");
  folder.write("experiments/shared.pth", "");
  const auto beside = load_experiment(file, {});
  EXPECT_EQ(root_of(beside), folder / "experiments/images");
  EXPECT_EQ(beside.runs[0].recipe.init, folder / "experiments/weights.pth");
  EXPECT_EQ(beside.runs[1].recipe.init, folder / "experiments/shared.pth");

  folder.write("experiments/s.json", R"({"name": "s", "networks": {"depth": 8},
                                         "recipe": {"init": "weights.pth:ema"}})");
  EXPECT_EQ(load_experiment(folder / "experiments/s.json", {}).runs[0].recipe.init,
            folder / "experiments/weights.pth:ema");

  const auto given = load_experiment(file, {"/data/root=images", "/recipe/init=shared.pth"});
  EXPECT_EQ(root_of(given), "images");
  EXPECT_EQ(given.runs[1].recipe.init, "shared.pth");

  folder.write("derived/d.json", R"({"name": "d", "extends": "../experiments/e.json"})");
  EXPECT_EQ(root_of(load_experiment(folder / "derived/d.json", {})), folder / "experiments/images");
}

}  // namespace
}  // namespace reslab::app
