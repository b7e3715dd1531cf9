#include "app/config/short_forms.h"

#include <gmock/gmock.h>

#include "app/config/experiment.h"
#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Experiment experiment_of(const std::string& text) {
  return read_experiment(Document("x.json", Json::parse(text)));
}

std::vector<std::string> run_names(const Experiment& experiment) {
  std::vector<std::string> list;
  for (const auto& run : experiment.runs) list.push_back(run.name);
  return list;
}

std::vector<std::string> errors_in(const std::string& text) {
  return refusal([&] { experiment_of(text); });
}

TEST(ShortForms, NetworksAreGivenByNameAloneInListsAndBetweenObjects) {
  EXPECT_THAT(run_names(experiment_of(R"({"name": "a", "networks": "resnet-20"})")),
              ElementsAre("resnet-20"));
  EXPECT_THAT(
      run_names(experiment_of(
          R"({"name": "a", "networks": ["resnet-20", "plain-20:width=2", "wide-28", "vgg-16",
                     "alexnet", "highway-19", "resnet-50", "resnet-164",
                     {"connection": "residual", "depth": [32, 44]}]})")),
      ElementsAre("resnet-20", "plain-20:width=2", "wide-28", "vgg-16", "alexnet", "highway-19",
                  "resnet-50", "resnet-164", "resnet-32", "resnet-44"));
}

TEST(ShortForms, ANameMeansTheSameAsItsSettings) {
  const auto by_name = experiment_of(R"({"name": "a", "network": {"classes": 7},
                                "networks": ["resnet-20:shortcut=B"]})");
  const auto by_settings = experiment_of(R"({"name": "a", "network": {"classes": 7},
               "networks": [{"connection": "residual", "depth": 20, "shortcut": "B"}]})");
  EXPECT_EQ(by_name.runs[0].network, by_settings.runs[0].network);
  EXPECT_EQ(by_name.runs[0].network.classes, 7);
  EXPECT_EQ(by_name.runs[0].name, by_settings.runs[0].name);
}

TEST(ShortForms, ANameKeepsItsFamilyBesideSharedSettings) {
  const auto experiment =
      experiment_of(R"({"name": "a", "network": {"family": "cifar", "shortcut": "C"},
                                   "networks": ["resnet-20", "resnet-18"]})");
  EXPECT_THAT(run_names(experiment), ElementsAre("resnet-20:shortcut=C", "resnet-18:shortcut=C"));
  EXPECT_EQ(experiment.runs[1].network.family, Family::imagenet);
}

TEST(ShortForms, WrongNamesAreErrorsAtTheirPlace) {
  EXPECT_THAT(
      errors_in(
          R"({"name": "a", "networks": ["resnet20", "resnet-21", "resnet-20:shortcut=D", 5]})"),
      ElementsAre("x.json: /networks/0: network 'resnet20': expected a '-' before the depth, as in "
                  "'resnet-20'",
                  HasSubstr("/networks/1: network 'resnet-21': "),
                  HasSubstr("/networks/2: network 'resnet-20:shortcut=D': shortcut: got 'D'"),
                  HasSubstr("/networks/3: got 5, expected a network")));
  EXPECT_THAT(errors_in(R"({"name": "a", "networks": ["resnet-20", "resnet-20"]})"),
              ElementsAre(HasSubstr("two runs are named 'resnet-20'")));
}

TEST(ShortForms, AnOptimizerIsGivenByName) {
  const auto recipe =
      experiment_of(R"({"name": "a", "networks": "resnet-20", "recipe": {"optimizer": "adamw"}})")
          .runs[0]
          .recipe;
  EXPECT_EQ(recipe.optimizer.kind, OptimizerKind::adamw);
  EXPECT_THAT(
      errors_in(R"({"name": "a", "networks": "resnet-20", "recipe": {"optimizer": "adam"}})"),
      ElementsAre(HasSubstr("did you mean 'adamw'?")));
  EXPECT_THAT(errors_in(R"({"name": "a", "networks": "resnet-20", "recipe": {"optimizer": 5}})"),
              ElementsAre("x.json: /recipe/optimizer: got 5, expected one of 'sgd', 'muon', "
                          "'adamw' or an object"));
}

TEST(ShortForms, AdamwHasItsOwnDefaultRates) {
  const auto start_of = [](const std::string& recipe) {
    const auto schedule =
        experiment_of(R"({"name": "a", "networks": "resnet-20", "recipe": )" + recipe + "}")
            .runs[0]
            .recipe.learning_rate.schedule;
    return std::visit([](const auto& kind) { return kind.start; }, schedule);
  };
  EXPECT_EQ(start_of(R"({})"), 0.1);
  EXPECT_EQ(start_of(R"({"optimizer": "adamw"})"), 0.001);
  EXPECT_EQ(start_of(R"({"optimizer": "adamw", "learning_rate": {"schedule": "cosine"}})"), 0.001);
  EXPECT_EQ(start_of(R"({"optimizer": "adamw", "learning_rate": 0.1})"), 0.1);
  EXPECT_EQ(start_of(R"({"optimizer": "adamw", "learning_rate": {"start": 0.02}})"), 0.02);
}

TEST(ShortForms, ANumberIsAConstantLearningRate) {
  const auto rate =
      experiment_of(R"({"name": "a", "networks": "resnet-20", "recipe": {"learning_rate": 0.05}})")
          .runs[0]
          .recipe.learning_rate;
  EXPECT_EQ(std::get<Constant>(rate.schedule).start, 0.05);
  EXPECT_THAT(
      errors_in(R"({"name": "a", "networks": "resnet-20", "recipe": {"learning_rate": "0.1"}})"),
      ElementsAre("x.json: /recipe/learning_rate: got '0.1', expected a number from 0 to 1000 or "
                  "an object"));
}

TEST(ShortForms, ADataSetIsGivenByName) {
  EXPECT_EQ(
      data_name(
          experiment_of(R"({"name": "a", "networks": "resnet-20", "data": "cifar100"})").data),
      "cifar100");
}

TEST(ShortForms, EpochsBecomeIterationsOfTheTrainingSplit) {
  const auto recipe_of = [](const std::string& changes) {
    auto file = Json::parse(R"({"name": "a", "networks": "resnet-20", "recipe": {"batch": 100},
                                "data": {"name": "shapes", "train": 2000}})");
    file.merge_patch(Json::parse(changes));
    return read_experiment(Document("x.json", file)).runs[0].recipe;
  };
  EXPECT_EQ(recipe_of(R"({"recipe": {"epochs": 3}})").iterations, 60);
  EXPECT_EQ(recipe_of(R"({"recipe": {"epochs": 0.51}})").iterations, 11);
  EXPECT_EQ(recipe_of(R"({"recipe": {"epochs": 3}, "data": {"validation": 500}})").iterations, 45);
  // The identity of a run is that of the iterations.
  EXPECT_EQ(recipe_of(R"({"recipe": {"epochs": 3}})"),
            recipe_of(R"({"recipe": {"iterations": 60}})"));
  EXPECT_THAT(refusal([&] { recipe_of(R"({"recipe": {"epochs": 3, "iterations": 60}})"); }),
              ElementsAre("x.json: /recipe/epochs: the length is given in epochs and in "
                          "iterations, expected one of them"));
  EXPECT_THAT(refusal([&] { recipe_of(R"({"recipe": {"epochs": 0}})"); }),
              ElementsAre("x.json: /recipe/epochs: got 0, expected a number above 0"));
  EXPECT_THAT(refusal([&] { recipe_of(R"({"recipe": {"epochs": 1e6, "batch": 2}})"); }),
              ElementsAre());
  EXPECT_THAT(
      refusal([&] { recipe_of(R"({"recipe": {"epochs": 1e6, "batch": 2}, "data": "cifar10"})"); }),
      ElementsAre(HasSubstr("/recipe: epochs: more than 1,000,000,000 iterations")));
}

TEST(ShortForms, EpochsNeedTheTrainingImages) {
  EXPECT_THAT(errors_in(R"({"name": "a", "networks": "resnet-20", "recipe": {"epochs": 3},
                         "data": {"name": "folder", "root": "no-such-folder"}})"),
              ElementsAre(HasSubstr("/recipe/epochs: needs the number of training images; "
                                    "no-such-folder: no such folder")));
}

TEST(ShortForms, TheLastFileOfAChainDecides) {
  const Folder folder;
  folder.write("base.json", R"({"recipe": {"iterations": 500, "optimizer": "adamw",
                                           "learning_rate": {"schedule": "cosine", "end": 0.01}}})");
  const auto recipe_of = [&](const std::string& recipe, const std::vector<std::string>& set = {}) {
    const auto file = folder.write(
        "x.json", R"({"extends": "base.json", "name": "x", "networks": "resnet-20", "recipe": )" +
                      recipe + "}");
    return load_experiment(file, set).runs[0].recipe;
  };
  // An object changes what is inherited, also if that was written in short.
  EXPECT_EQ(recipe_of(R"({"optimizer": {"weight_decay": 0.5}})").optimizer.kind,
            OptimizerKind::adamw);
  EXPECT_EQ(recipe_of(R"({"optimizer": {"weight_decay": 0.5}})").optimizer.adamw_decay, 0.5);
  // A short value replaces what is inherited.
  EXPECT_EQ(recipe_of(R"({"learning_rate": 0.2})").learning_rate.schedule, Schedule(Constant{0.2}));
  EXPECT_EQ(recipe_of(R"({"optimizer": "sgd"})").optimizer, OptimizerOptions());
  EXPECT_EQ(recipe_of(R"({"epochs": 2, "batch": 1000})").iterations, 40);
  EXPECT_EQ(recipe_of(R"({"epochs": 2, "batch": 1000})", {"/recipe/iterations=7"}).iterations, 7);
  EXPECT_EQ(recipe_of(R"({"iterations": 9, "batch": 1000})", {"/recipe/epochs=1"}).iterations, 20);
  EXPECT_EQ(recipe_of("{}", {"/recipe/optimizer=sgd", "/recipe/optimizer/momentum=0.5"})
                .optimizer.momentum,
            0.5);
}

TEST(ShortForms, AnEntrysRecipeDecidesOverTheSharedOne) {
  const auto experiment = experiment_of(
      R"({"name": "a", "recipe": {"epochs": 2, "batch": 1000},
          "networks": ["resnet-20", {"connection": "plain", "depth": 20,
                                     "recipe": {"iterations": 5, "optimizer": "muon"}}]})");
  EXPECT_EQ(experiment.runs[0].recipe.iterations, 40);
  EXPECT_EQ(experiment.runs[1].recipe.iterations, 5);
  EXPECT_EQ(experiment.runs[1].recipe.optimizer.kind, OptimizerKind::muon);
}

TEST(ShortForms, RecordsAndEvaluationsFollowTheLength) {
  const auto lengths = [](const std::string& recipe) {
    const auto read_recipe =
        experiment_of(R"({"name": "a", "networks": "resnet-20", "recipe": )" + recipe + "}")
            .runs[0]
            .recipe;
    return std::pair(read_recipe.record_every, read_recipe.evaluate_every);
  };
  EXPECT_EQ(lengths("{}"), std::pair(std::int64_t{100}, std::int64_t{1000}));
  EXPECT_EQ(lengths(R"({"iterations": 500})"), std::pair(std::int64_t{10}, std::int64_t{100}));
  EXPECT_EQ(lengths(R"({"iterations": 60})"), std::pair(std::int64_t{1}, std::int64_t{12}));
  EXPECT_EQ(lengths(R"({"iterations": 1})"), std::pair(std::int64_t{1}, std::int64_t{1}));
  EXPECT_EQ(lengths(R"({"iterations": 3907})"), std::pair(std::int64_t{78}, std::int64_t{780}));
  EXPECT_EQ(lengths(R"({"iterations": 60, "record_every": 20})"),
            std::pair(std::int64_t{20}, std::int64_t{12}));
  EXPECT_EQ(lengths(R"({"iterations": 60, "evaluate_every": 60})"),
            std::pair(std::int64_t{1}, std::int64_t{60}));
}

}  // namespace
}  // namespace reslab::app
