#include "app/report/verdict.h"

#include <gmock/gmock.h>

namespace reslab::app {
namespace {

using Outcome = Verdict::Outcome;
using Relation = Expectation::Relation;
using testing::HasSubstr;

Record record(std::int64_t iteration, double train_error, std::optional<double> test_error) {
  Record row;
  row.iteration = iteration;
  row.train = {train_error / 100, train_error};
  if (test_error) row.test = Score{*test_error / 50, *test_error};
  return row;
}

/// A finished run of four records that ends with these errors.
RunResult result(const std::string& network, std::int64_t seed, double train, double test) {
  RunResult run;
  run.network = network;
  run.seed = seed;
  run.finished = true;
  run.records = {record(100, train + 30, std::nullopt), record(200, train + 20, test + 10),
                 record(300, train + 4, std::nullopt), record(400, train, test)};
  return run;
}

const std::vector<RunResult> kResults = {
    result("plain-20", 1, 12, 15), result("plain-20", 2, 13, 17), result("plain-20", 3, 14, 19),
    result("plain-56", 1, 23, 25), result("plain-56", 2, 24, 25), result("plain-56", 3, 25, 25)};
const std::vector<std::int64_t> kSeeds = {1, 2, 3};

Verdict judge(const Expectation& expectation, const std::vector<std::int64_t>& seeds,
              const std::vector<RunResult>& results) {
  return judge(expectation, Claims{"", "", seeds, {}, {}}, results);
}

Expectation expectation(Relation relation, Measure value, std::optional<Measure> other, double low,
                        double high, std::optional<double> by) {
  return {"claim", std::move(value), relation, std::move(other), low, high, by, std::nullopt};
}

const Measure kDeep = {"plain-56", "train_error", {}, {}};
const Measure kShallow = {"plain-20", "train_error", {}, {}};

TEST(Verdict, ComparesMeansOverTheSeeds) {
  const std::tuple<Expectation, Outcome, std::string> table[] = {
      {expectation(Relation::above, kDeep, kShallow, 0, 0, 10), Outcome::met,
       "met: claim: plain-56 train_error 24.00 ± 1.00 (3 seeds) is 11.00 above plain-20 "
       "train_error 13.00 ± 1.00 (3 seeds), wanted at least 10 above"},
      {expectation(Relation::above, kDeep, kShallow, 0, 0, 11), Outcome::met, "at least 11 above"},
      {expectation(Relation::above, kDeep, kShallow, 0, 0, 11.5), Outcome::not_met,
       "NOT MET: claim: plain-56 train_error 24.00"},
      {expectation(Relation::above, kDeep, kShallow, 0, 0, {}), Outcome::met, ", wanted above"},
      {expectation(Relation::above, kDeep, kDeep, 0, 0, {}), Outcome::not_met, ", wanted above"},
      {expectation(Relation::below, kDeep, kShallow, 0, 0, {}), Outcome::not_met, "wanted below"},
      {expectation(Relation::below, kShallow, kDeep, 0, 0, 5), Outcome::met,
       "is 11.00 below plain-56 train_error 24.00 ± 1.00 (3 seeds), wanted at least 5 below"},
      {expectation(Relation::below, kDeep, kShallow, 0, 0, -12), Outcome::met,
       "wanted at most 12 above"},
      {expectation(Relation::below, kDeep, kShallow, 0, 0, -10), Outcome::not_met,
       "is 11.00 above"},
      {expectation(Relation::below, kShallow, {}, 20, 0, {}), Outcome::met,
       "plain-20 train_error 13.00 ± 1.00 (3 seeds) is 7.00 below 20, wanted below"},
      {expectation(Relation::between, kShallow, {}, 13, 14, {}), Outcome::met,
       "met: claim: plain-20 train_error 13.00 ± 1.00 (3 seeds), wanted 13 to 14"},
      {expectation(Relation::between, kShallow, {}, 12, 12.9, {}), Outcome::not_met,
       "wanted 12 to 12.9"}};
  for (const auto& [claim, outcome, text] : table) {
    const auto verdict = judge(claim, kSeeds, kResults);
    EXPECT_EQ(verdict.outcome, outcome) << verdict.text();
    EXPECT_THAT(verdict.text(), HasSubstr(text));
  }
}

TEST(Verdict, TakesTheLastRecordTheOneAtAnIterationOrAMean) {
  const std::tuple<Measure, std::string> table[] = {
      {{"plain-20", "test_error", {}, {}}, "plain-20 test_error 15.00,"},
      {{"plain-20", "test_loss", {}, {}}, "plain-20 test_loss 0.3000,"},
      {{"plain-20", "train_loss", {}, {}}, "plain-20 train_loss 0.1200,"},
      {{"plain-20", "test_error", 200, {}}, "plain-20 test_error at 200 25.00,"},
      {{"plain-20", "train_error", {}, 0.5}, "plain-20 train_error over the last 50 % 14.00,"},
      {{"plain-20", "test_error", {}, 1.0}, "plain-20 test_error over the last 100 % 20.00,"}};
  for (const auto& [measure, text] : table)
    EXPECT_THAT(
        judge(expectation(Relation::between, measure, {}, 0, 100, {}), {1}, kResults).text(),
        HasSubstr(text));
}

TEST(Verdict, MeasuresLayersOnTheirOwnOrTogether) {
  auto run = kResults.front();
  run.layers = {{200, "conv1", 0, 9, 0.5, {}},
                {200, "fc", 1, {}, 0.25, {}},
                {400, "conv1", 0, 3, 1e-9, {}},
                {400, "layer1.0.conv1", 1, 1.5, 2e-9, {}},
                {400, "fc", 2, {}, 0.125, {}}};
  const std::tuple<Measure, std::string> table[] = {
      {{"plain-20", "response_std", {}, {}}, "response_std (mean over layers) 2.25,"},
      {{"plain-20", "gradient_norm", {}, {}, Measure::Layers::first},
       "gradient_norm (first layer) 1e-09,"},
      {{"plain-20", "gradient_norm", {}, {}, Measure::Layers::last},
       "gradient_norm (last layer) 0.125,"},
      {{"plain-20", "response_std", 200, {}}, "response_std (mean over layers) at 200 9,"},
      {{"plain-20", "gradient_norm", {}, 1.0, Measure::Layers::last},
       "over the last 100 % 0.1875,"},
      {{"plain-20", "gate_mean", {}, {}},
       "gate_mean (mean over layers) seed 1 has no such record"}};
  for (const auto& [measure, text] : table)
    EXPECT_THAT(judge(expectation(Relation::between, measure, {}, 0, 100, {}), {1}, {run}).text(),
                HasSubstr(text));
}

TEST(Verdict, AFailedRunDoesNotMeetAClaimAndAnAbsentOneLeavesItOpen) {
  const auto claim = expectation(Relation::above, kDeep, kShallow, 0, 0, {});
  auto results = kResults;
  results[0].finished = false;
  auto verdict = judge(claim, kSeeds, results);
  EXPECT_EQ(verdict.outcome, Outcome::not_checked);
  EXPECT_EQ(verdict.text(), "not checked: claim: plain-20 seed 1 was not run");
  EXPECT_EQ(judge(claim, {2, 3}, results).outcome, Outcome::met);
  results[4].finished = false;
  results[4].failure = "the loss became NaN at iteration 300";
  verdict = judge(claim, kSeeds, results);
  EXPECT_EQ(verdict.outcome, Outcome::not_met);
  EXPECT_EQ(verdict.text(), "NOT MET: claim: plain-56 seed 2 failed");
  EXPECT_EQ(judge(claim, kSeeds, {}).outcome, Outcome::not_checked);
}

TEST(Verdict, SaysWhetherSeedsMayExplainADifference) {
  const auto compared = expectation(Relation::above, kDeep, kShallow, 0, 0, {});
  const std::vector<RunResult> close = {
      result("plain-20", 1, 12, 15), result("plain-20", 2, 14, 15), result("plain-56", 1, 13, 15),
      result("plain-56", 2, 16, 15)};
  // SciPy: scipy.stats.ttest_ind(a, b, equal_var=False).pvalue
  const std::tuple<Expectation, std::vector<std::int64_t>, std::vector<RunResult>, std::string>
      table[] = {
          {compared, {1, 2, 3}, kResults, "beyond noise: Welch's t-test p < 0.001, n = 3 and 3"},
          {compared, {1, 2}, close, "within noise: Welch's t-test p = 0.504, n = 2 and 2"},
          {compared, {1}, kResults, "more seeds would show whether chance explains it"},
          {expectation(Relation::above, kDeep, {}, 20, 0, {}), {1, 2, 3}, kResults, ""},
          {expectation(Relation::between, kDeep, {}, 20, 30, {}), {1, 2, 3}, kResults, ""}};
  for (const auto& [claim, seeds, results, noise] : table) {
    const auto verdict = judge(claim, seeds, results);
    EXPECT_EQ(verdict.outcome, Outcome::met) << verdict.text();
    EXPECT_EQ(verdict.noise, noise);
    EXPECT_THAT(verdict.text(), HasSubstr(noise));
    EXPECT_EQ(verdict.word(), noise.starts_with("within") ? "met within noise"
                              : noise.starts_with("more") ? "met by one seed"
                                                          : "met");
  }
  const auto scattered = expectation(Relation::above, {"plain-56", "test_error", {}, {}},
                                     Measure{"plain-20", "test_error", {}, {}}, 0, 0, {});
  EXPECT_EQ(judge(scattered, kSeeds, kResults).noise,
            "beyond noise: Welch's t-test p = 0.0202, n = 3 and 3");
}

TEST(Verdict, SaysThatTheNumbersOfSeedsDiffer) {
  const auto compared = expectation(Relation::above, kDeep, kShallow, 0, 0, {});
  const auto text_of = [&](const std::vector<std::int64_t>& seeds) {
    return judge(compared, Claims{"", "", kSeeds, {{"plain-56", seeds}}, {}}, kResults).text();
  };
  EXPECT_EQ(text_of({2}),
            "met by one seed: claim: plain-56 train_error 24.00 (1 seed) is 11.00 above plain-20 "
            "train_error 13.00 ± 1.00 (3 seeds), wanted above; unequal numbers of seeds, 1 and 3: "
            "more seeds would show whether chance explains it");
  EXPECT_THAT(text_of({2, 3}),
              HasSubstr("; unequal numbers of seeds, 2 and 3: beyond noise: Welch's t-test p < "));
  EXPECT_THAT(text_of({2, 3}), HasSubstr(", n = 2 and 3"));
  EXPECT_THAT(text_of({1, 4}), HasSubstr("not checked: claim: plain-56 seed 4 was not run"));
}

TEST(Verdict, ShowsThePapersNumber) {
  auto claim = expectation(Relation::between, kShallow, {}, 0, 100, {});
  claim.paper = 1.5;
  EXPECT_THAT(judge(claim, kSeeds, kResults).text(), testing::EndsWith("(paper: 1.5)"));
}

}  // namespace
}  // namespace reslab::app
