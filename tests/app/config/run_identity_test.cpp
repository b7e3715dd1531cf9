#include "app/config/run_identity.h"

#include <gmock/gmock.h>

#include "app/config/experiment.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json identity_of(const std::string& changes) {
  Json file = Json::parse(R"({"name": "a", "networks": {"connection": "residual", "depth": 20},
                              "data": {"name": "cifar10", "root": "here"}, "seeds": [1]})");
  file.merge_patch(Json::parse(changes));
  const auto experiment = read_experiment(Document("x.json", file));
  return identity(experiment.runs.front());
}

TEST(Identity, IsCompleteWithDefaults) {
  const auto identity = identity_of("{}");
  EXPECT_EQ(identity["network"]["connection"], "residual");
  EXPECT_EQ(identity["network"]["shortcut"], "A");
  EXPECT_EQ(identity["recipe"]["optimizer"]["momentum"], 0.9);
  EXPECT_EQ(identity["data"]["validation"], 0);
  EXPECT_EQ(identity["seed"], 1);
}

TEST(Identity, ChangesWithWhatChangesAResultAndWithNothingElse) {
  const std::pair<std::string, std::string> table[] = {
      {R"({"name": "b", "why": "c", "data": {"root": "there"}})", ""},
      {R"({"seeds": [1, 2]})", ""},
      {R"({"expect": [{"claim": "d", "value": {"run": "resnet-20", "metric": "test_error"},
                       "below": 20}]})",
       ""},
      {R"({"recipe": {"iterations": 64000}})", ""},
      {R"({"network": {"gate_bias": -1}, "networks": [{"connection": ["residual", "highway"]}]})",
       ""},
      {R"({"seeds": [2]})", "/seed: 1 -> 2"},
      {R"({"recipe": {"iterations": 400}})", "/recipe/iterations: 64000 -> 400"},
      {R"({"recipe": {"optimizer": {"weight_decay": 0.001}}})",
       "/recipe/optimizer/weight_decay: 0.0001 -> 0.001"},
      {R"({"networks": {"shortcut": "B"}})", "/network/shortcut: 'A' -> 'B'"},
      {R"({"data": {"augment": {"flip": true}}})", "/data/augment/flip: false -> true"},
      {R"({"data": {"validation": 5000}})", "/data/validation: 0 -> 5000"},
      {R"({"data": {"train": 2000}})", "/data/train: nothing -> 2000"},
      {R"({"data": {"train": 50000}})", ""},
  };
  const auto before = identity_of("{}");
  for (const auto& [changes, line] : table) {
    const auto lines = differences(before, identity_of(changes));
    if (line.empty())
      EXPECT_THAT(lines, IsEmpty()) << changes;
    else
      EXPECT_THAT(lines, testing::Contains(line)) << changes;
  }
}

TEST(Identity, SurvivesBeingWrittenAndRead) {
  const auto identity = identity_of(R"({"recipe": {"batch_norm": {"eps": 1e-7}}})");
  EXPECT_THAT(differences(identity, Json::parse(identity.dump(2))), IsEmpty());
}

TEST(Identity, DifferencesNameWhatOnlyOneSideHas) {
  EXPECT_THAT(differences(Json::parse(R"({"a": {"b": 1, "c": 2}, "d": [1]})"),
                          Json::parse(R"({"d": [1, 2], "a": {"c": 2, "e": null}})")),
              ElementsAre("/a/b: 1 -> nothing", "/a/e: nothing -> null", "/d: [1] -> [1,2]"));
}

}  // namespace
}  // namespace reslab::app
