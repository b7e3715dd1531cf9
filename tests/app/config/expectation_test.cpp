#include "app/config/expectation.h"

#include <gmock/gmock.h>

#include "app/config/experiment.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::Pair;

Experiment read_expect(const std::string& expect) {
  Json file = Json::parse(R"({"name": "a", "networks": {"connection": ["plain", "residual"]},
                              "diagnostics": ["gradient_norm"], "recipe": {"iterations": 900, "record_every": 50,
                                         "evaluate_every": 200}})");
  file["expect"] = Json::parse(expect);
  return read_experiment(Document("x.json", file));
}

TEST(Expectation, IsReadWithAllItsParts) {
  const auto list = read_expect(R"([
    {"claim": "c", "value": {"run": "plain-20", "metric": "train_error", "at": 50}, "by": 2,
     "above": {"run": "resnet-20", "metric": "test_loss", "over_last": 0.25}},
    {"claim": "d", "value": {"run": "plain-20", "metric": "test_error", "at": 900}, "below": 3},
    {"claim": "e", "value": {"run": "plain-20", "metric": "test_error"}, "between": [1, 2.5],
     "paper": 1.5},
    {"claim": "f", "value": {"run": "plain-20", "metric": "gradient_norm", "layers": "first"},
     "below": 1e-3, "paper": 1e-4}])")
                        .expectations;
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].relation, Expectation::Relation::above);
  EXPECT_EQ(list[0].value.at, 50);
  EXPECT_EQ(list[0].by, 2);
  ASSERT_TRUE(list[0].other);
  EXPECT_EQ(list[0].other->metric, "test_loss");
  EXPECT_EQ(list[0].other->over_last, 0.25);
  EXPECT_EQ(list[1].relation, Expectation::Relation::below);
  EXPECT_EQ(list[1].low, 3);
  EXPECT_FALSE(list[1].other || list[1].by || list[1].paper);
  EXPECT_EQ(list[2].relation, Expectation::Relation::between);
  EXPECT_EQ(list[2].high, 2.5);
  EXPECT_EQ(list[3].value.layers, Measure::Layers::first);
  EXPECT_THAT(paper_numbers(list, "plain-20"), ElementsAre(Pair("test_error", 1.5)));
  EXPECT_TRUE(paper_numbers(list, "resnet-20").empty());
}

TEST(Expectation, EachErrorIsOneLine) {
  const std::string value = R"("value": {"run": "plain-20", "metric": "test_error"})";
  const std::pair<std::string, std::string> table[] = {
      {R"({})", ": got {}, expected a list of claims"},
      {R"([3])", "/0: got 3, expected an object"},
      {R"([{)" + value + R"(, "above": 3}])", "/0: missing key 'claim'"},
      {R"([{"claim": null, )" + value + R"(, "above": 3}])", "/0: missing key 'claim'"},
      {R"([{"claim": "c", "above": 3, "value": {"run": "plain-20", "metric": null}}])",
       "/0/value: missing key 'metric'"},
      {R"([{"claim": "c", "above": 3}])", "/0: missing key 'value'"},
      {R"([{"claim": "c", )" + value + "}]", "/0: expected one of 'above', 'below', 'between'"},
      {R"([{"claim": "c", )" + value + R"(, "above": 3, "below": 4}])",
       "/0: expected one of 'above', 'below', 'between'"},
      {R"([{"claim": "c", )" + value + R"(, "abov": 3, "below": 4}])",
       "/0/abov: unknown key, did you mean 'above'?"},
      {R"([{"claim": "c", )" + value + R"(, "above": "x"}])",
       "/0/above: got 'x', expected a number or a value as {\"run\": …, \"metric\": …}"},
      {R"([{"claim": "c", )" + value + R"(, "above": {"run": "plain-20"}}])",
       "/0/above: missing key 'metric'"},
      {R"([{"claim": "c", )" + value + R"(, "between": [2, 1]}])",
       "/0/between: got [2,1], expected [lowest, highest]"},
      {R"([{"claim": "c", )" + value + R"(, "between": [1, 2], "by": 3}])",
       "/0/by: belongs to 'above' or 'below', not to 'between'"},
      {R"([{"claim": "c", "above": 1, "value": {"run": "plan-20", "metric": "test_error"}}])",
       "/0/value/run: no run of the file is named 'plan-20', did you mean 'plain-20'?"},
      {R"([{"claim": "c", "above": 1, "value": {"run": "plain-20", "metric": "test_eror"}}])",
       "/0/value/metric: got 'test_eror', expected one of 'train_error', 'train_loss', "
       "'validation_error', 'validation_loss', 'test_error', 'test_loss', "
       "'validation_top5_error', 'test_top5_error', 'response_std', 'gradient_norm', "
       "'gate_mean', did you mean 'test_error'?"},
      {R"([{"claim": "c", "above": 1, "value": {"run": "plain-20", "metric": "response_std"}}])",
       "/0/value/metric: the experiment does not keep it, expected 'layer_response' in "
       "/diagnostics"},
      {R"([{"claim": "c", "above": 1,
            "value": {"run": "plain-20", "metric": "gradient_norm", "at": 75}}])",
       "/0/value/at: gradient_norm is not measured at iteration 75, expected a multiple of 50 up "
       "to 900"},
      {R"([{"claim": "c", "above": 1,
            "value": {"run": "plain-20", "metric": "test_error", "layers": "first"}}])",
       "/0/value/layers: belongs to the metrics of layers.csv"},
      {R"([{"claim": "c", "above": 1,
            "value": {"run": "plain-20", "metric": "validation_error"}}])",
       "/0/value/metric: no images are set apart for validation, expected /data/validation above "
       "0"},
      {R"([{"claim": "c", "above": 1,
            "value": {"run": "plain-20", "metric": "test_error", "at": 50}}])",
       "/0/value/at: test_error is not measured at iteration 50, expected a multiple of 200 up to "
       "900"},
      {R"([{"claim": "c", "above": 1,
            "value": {"run": "plain-20", "metric": "train_error", "at": 950}}])",
       "/0/value/at: train_error is not measured at iteration 950, expected a multiple of 50 up "
       "to 900"},
      {R"([{"claim": "c", "above": 1,
            "value": {"run": "plain-20", "metric": "test_error", "at": 200, "over_last": 0.5}}])",
       "/0/value: has both 'at' and 'over_last', expected one of them"},
      {R"([{"claim": "c", "above": 1,
            "value": {"run": "plain-20", "metric": "test_error", "over_last": 25}}])",
       "/0/value/over_last: got 25, expected a number from 1e-09 to 1"}};
  for (const auto& [expect, line] : table) {
    const auto wanted = "x.json: /expect" + line;
    EXPECT_THAT(refusal([&] { read_expect(expect); }), ElementsAre(wanted)) << expect;
  }
}

}  // namespace
}  // namespace reslab::app
