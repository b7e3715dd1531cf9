#include "app/report/summary.h"

#include <gmock/gmock.h>

#include "app/report/results.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

std::vector<std::string> labels(const std::vector<RunResult>& results) {
  std::vector<std::string> labels;
  for (const auto& runs : by_network(results)) labels.push_back(runs.label);
  return labels;
}

RunResult unfinished(RunResult result, const std::string& failure = "") {
  result.finished = false;
  result.failure = failure;
  return result;
}

TEST(Summary, TakesTheLastRecordThatHasTheMetric) {
  auto result = made_result("a", "plain-20", 1, {{50, 60}, {40, 55}});
  result.records.back().test.reset();
  const std::vector<RunResult> results = {result};
  const auto runs = by_network(results).front();
  EXPECT_EQ(last_error(runs, "train_error")->mean, 40);
  EXPECT_EQ(last_error(runs, "test_error")->mean, 60);
  EXPECT_FALSE(last_error(runs, "validation_error"));
}

TEST(Summary, TakesTheTestErrorWhereTheValidationErrorIsLeast) {
  auto first = made_result("a", "x", 1, {{1, 30}, {1, 20}, {1, 25}, {1, 10}});
  auto second = made_result("a", "x", 2, {{1, 12}, {1, 90}});
  const auto validate = [](RunResult& result, const std::vector<double>& errors) {
    for (std::size_t i = 0; i < errors.size(); ++i)
      result.records[i].validation = Score{1, errors[i]};
  };
  validate(first, {9, 5, 5, 6});  // the first of two equal minima counts
  validate(second, {4, 7});
  const auto error = [](const std::vector<RunResult>& results) {
    return test_error_at_best_validation(by_network(results).front());
  };
  EXPECT_EQ(error({first})->mean, 20);
  EXPECT_EQ(error({first, second})->mean, 16);
  second.records[0].test.reset();
  EXPECT_FALSE(error({first, second}));
  EXPECT_FALSE(error({made_result("a", "x", 1, {{1, 30}})}));
}

TEST(Summary, CountsFinishedSeedsOrElseRunningOnesNeverFailedOnes) {
  const auto done = made_result("a", "x", 1, {{1, 10}});
  const auto running = unfinished(made_result("a", "x", 2, {{2, 20}}));
  const auto failed = unfinished(made_result("a", "x", 3, {{3, 30}}), "the loss is nan");
  const auto test_error = [](const std::vector<RunResult>& results) {
    return last_error(by_network(results).front(), "test_error");
  };
  EXPECT_EQ(test_error({done, running, failed})->mean, 10);
  EXPECT_EQ(test_error({running, failed})->mean, 20);
  EXPECT_FALSE(test_error({failed}));
}

TEST(Summary, LabelsTellNetworksOfOneNameApart) {
  const auto one = made_result("a", "x", 1, {{1, 1}});
  const auto other_seed = made_result("a", "x", 2, {{1, 1}});
  const auto elsewhere = made_result("b", "x", 1, {{1, 1}});
  auto copy = one;
  copy.directory = "/copy/a/x/seed-1";
  auto third = made_result("b", "y", 1, {{1, 1}});
  EXPECT_EQ(labels({one, other_seed}), std::vector<std::string>{"x"});
  EXPECT_EQ(labels({one, third}), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(labels({one, elsewhere, third}), (std::vector<std::string>{"a/x", "b/x", "b/y"}));
  const auto apart = labels({one, copy, third});
  EXPECT_THAT(apart[0], HasSubstr("a/x"));
  EXPECT_THAT(apart[1], HasSubstr("copy/a/x"));
  EXPECT_NE(apart[0], apart[1]);
}

TEST(Summary, TableShowsThePapersNumberAndTheDifference) {
  std::vector<RunResult> results = {made_result("a", "resnet-20", 1, {{1, 9}, {0.5, 8}}),
                                    made_result("a", "resnet-20", 2, {{1, 9}, {0.7, 9}}),
                                    made_result("a", "plain-20", 1, {{2, 12}, {1.5, 11.25}})};
  for (auto& result : results) result.records.back().iteration = 64000;
  results[0].run["paper"]["test_error"] = 8.75;
  results[2].parameters = 1727962;
  EXPECT_EQ(
      results_table(by_network(results)).text(),
      "network    parameters  seeds  iterations  train error    test error  paper  difference\n"
      "─────────  ──────────  ─────  ──────────  ───────────  ────────────  ─────  ──────────\n"
      "resnet-20     269,722      2      64,000  0.60 ± 0.14   8.50 ± 0.71   8.75       -0.25\n"
      "plain-20    1,727,962      1      64,000  1.50         11.25             –           –\n");
}

/// A run of 100 iterations with this batch size.
RunResult timed_run(const std::string& network, std::int64_t seed, std::int64_t batch,
                    std::optional<double> seconds) {
  auto result = made_result("a", network, seed, {{1, 2}});
  result.run["identity"]["recipe"]["batch"] = batch;
  result.training_seconds = seconds;
  return result;
}

TEST(Summary, TableShowsWhatTheTrainingTook) {
  auto odd = made_result("a", "odd", 1, {{1, 2}});
  odd.run["identity"] = "odd";
  const std::vector<RunResult> results = {timed_run("fast", 1, 20000, 400),
                                          timed_run("fast", 2, 20000, 500),
                                          timed_run("fast", 3, 20000, std::nullopt),
                                          timed_run("long", 1, 81920, 90000),
                                          timed_run("tiny", 1, 8, 3),
                                          odd};
  const auto networks = by_network(results);
  EXPECT_EQ(results_table(networks).text(),
            "network  parameters  seeds  iterations  images        time  train error   test error\n"
            "───────  ──────────  ─────  ──────────  ──────  ──────────  ───────────  ───────────\n"
            "fast        269,722      3         100   2.00M  7 min 30 s  1.00 ± 0.00  2.00 ± 0.00\n"
            "long        269,722      1         100   8.19M     1 d 1 h  1.00         2.00\n"
            "tiny        269,722      1         100     800         3 s  1.00         2.00\n"
            "odd         269,722      1         100       –           –  1.00         2.00\n");
  EXPECT_EQ(images_of(networks[0]), 2000000);
  EXPECT_EQ(minutes_of(networks[0]), 7.5);
  const auto failed = unfinished(timed_run("x", 1, 8, 60), "the loss is nan");
  EXPECT_EQ(images_of(by_network({failed}).front()), std::nullopt);
  EXPECT_EQ(minutes_of(by_network({failed}).front()), std::nullopt);
}

TEST(Summary, NamesSeedsThatDidNotFinish) {
  const auto done = made_result("a", "x", 1, {{1, 10}});
  const auto running = unfinished(made_result("a", "y", 1, {{2, 20}}));
  const auto started = unfinished(made_result("a", "z", 1, {}));
  const auto failed = unfinished(made_result("a", "x", 2, {}), "the loss is nan at iteration 7");
  const std::vector<RunResult> results = {done, running, started, failed};
  EXPECT_THAT(unfinished_seeds(by_network(results)),
              testing::ElementsAre("x seed 2: failed: the loss is nan at iteration 7; not counted",
                                   "y seed 1: not finished, at iteration 100; counted up to here",
                                   "z seed 1: not finished, no record yet; not counted"));
  EXPECT_THAT(results_table(by_network({failed})).text(), HasSubstr("–"));
}

TEST(Summary, JsonUsesTheRecordsWords) {
  auto first = made_result("a", "x", 1, {{1, 8}});
  first.run["paper"]["test_error"] = 8.75;
  const Json json = summary_json(
      {first, made_result("a", "x", 4, {{3, 9}}), unfinished(made_result("a", "x", 5, {}), "nan")});
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0]["network"], "x");
  EXPECT_EQ(json[0]["parameters"], 269722);
  EXPECT_EQ(json[0]["seeds"], Json({1, 4}));
  EXPECT_EQ(json[0]["failed"], Json::array({5}));
  EXPECT_EQ(json[0]["train_error"], 2);
  EXPECT_EQ(json[0]["test_error"], 8.5);
  EXPECT_DOUBLE_EQ(json[0]["test_error_deviation"], 0.7071067811865476);
  EXPECT_TRUE(json[0]["validation_error"].is_null());
  EXPECT_TRUE(json[0]["test_error_at_best_validation"].is_null());
  EXPECT_EQ(json[0]["paper"]["test_error"], 8.75);
  EXPECT_TRUE(json[0]["images"].is_null());
  EXPECT_TRUE(json[0]["minutes"].is_null());
  const Json timed = summary_json({timed_run("x", 1, 128, 90)});
  EXPECT_EQ(timed[0]["images"], 12800);
  EXPECT_EQ(timed[0]["minutes"], 1.5);
}

}  // namespace
}  // namespace reslab::app
