#include "app/report/setting_comparison.h"

#include <gmock/gmock.h>

#include "app/report/comparison_figure.h"
#include "app/report/comparison_text.h"
#include "app/report/results.h"

namespace reslab::app {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A finished run of a recipe and data that ends with this validation error. The test error is 1
/// point larger.
RunResult trained(const std::string& run, std::int64_t seed, double error, const Json& recipe,
                  const Json& data = Json::object()) {
  auto result = made_result("a", run, seed, {{50, 60}, {5, error + 1}});
  result.records.back().validation = Score{1, error};
  result.run["identity"] = {{"recipe", recipe}, {"data", data}};
  return result;
}

Json recipe(double start, int batch) {
  return {{"batch", batch}, {"learning_rate", {{"schedule", "constant"}, {"start", start}}}};
}

std::vector<RunResult> sweep() {
  std::vector<RunResult> results;
  const auto add = [&](const std::string& run, const Json& of_run,
                       const std::vector<double>& errors) {
    for (std::size_t i = 0; i < errors.size(); ++i)
      results.push_back(trained(run, static_cast<std::int64_t>(i) + 1, errors[i], of_run));
  };
  add("resnet-20@start=0.05,batch=64", recipe(0.05, 64), {10.9, 11.2, 11.3});
  add("resnet-20@start=0.1,batch=64", recipe(0.1, 64), {10.2, 11.0, 10.6});
  add("resnet-20@start=0.1,batch=128", recipe(0.1, 128), {14.0, 17.5, 15.1});
  add("resnet-20@start=0.05,batch=128", recipe(0.05, 128), {10.5, 11.9});
  return results;
}

SettingComparison compared(const std::vector<RunResult>& results) {
  auto comparison = compare_settings(by_network(results));
  EXPECT_TRUE(comparison);
  return comparison.value_or(SettingComparison());
}

std::vector<std::string> column(const Table& table, const std::string& heading) {
  const auto at = std::ranges::find(table.headings(), heading) - table.headings().begin();
  std::vector<std::string> cells;
  for (const auto& row : table.rows()) cells.push_back(row.at(static_cast<std::size_t>(at)));
  return cells;
}

TEST(SettingComparison, RanksByTheMeanValidationErrorAndTestsAgainstTheBest) {
  const auto comparison = compared(sweep());
  EXPECT_EQ(comparison.metric, "validation_error");
  EXPECT_THAT(comparison.settings, ElementsAre("batch", "start"));
  // SciPy 1.17: scipy.stats.ttest_rel for equal seeds, else ttest_ind(equal_var=False); means and
  // deviations by Python's statistics.
  const std::tuple<Json, double, double, double, bool> table[] = {
      {Json({64, 0.1}), 10.6, 0, 1, false},
      {Json({64, 0.05}), 11.133333333333333, 0.5333333333333332, 0.08534087923995326, true},
      {Json({128, 0.05}), 11.2, 0.6, 0.5439568924592492, false},
      {Json({128, 0.1}), 15.533333333333333, 4.933333333333334, 0.025851879265845538, true}};
  ASSERT_EQ(comparison.runs.size(), std::size(table));
  for (std::size_t i = 0; i < std::size(table); ++i) {
    const auto& [values, mean, difference, p, paired] = table[i];
    const auto& runs = comparison.runs[i];
    EXPECT_EQ(Json(runs.values), values);
    EXPECT_NEAR(runs.error->mean, mean, 1e-12);
    EXPECT_NEAR(runs.test_error->mean, mean + 1, 1e-12);
    EXPECT_NEAR(runs.difference, difference, 1e-12);
    EXPECT_EQ(runs.test.has_value(), i > 0);
    EXPECT_NEAR(runs.test.value_or(TTest()).p, p, 1e-12);
    EXPECT_EQ(runs.is_paired, paired);
  }
  const auto shown = comparison_table(comparison);
  EXPECT_THAT(shown.headings(), ElementsAre("batch", "start", "seeds", "validation", "test",
                                            "behind", "p", "verdict"));
  EXPECT_THAT(shown.rows()[1], ElementsAre("64", "0.05", "3", "11.13 ± 0.21", "12.13 ± 0.21",
                                           "+0.53", "0.085", "within noise"));
  EXPECT_THAT(column(shown, "verdict"),
              ElementsAre("best", "within noise", "within noise", "beyond noise"));
  EXPECT_EQ(
      best_text(comparison),
      "Best on the validation split: batch=64, start=0.1 with 10.60 % (3 seeds). Within noise "
      "of it: batch=64, start=0.05; batch=128, start=0.05.");
}

TEST(SettingComparison, SaysThatChoosingByTheTestSplitIsOptimistic) {
  auto results = sweep();
  EXPECT_THAT(compared(results).notes, Not(Contains(HasSubstr("optimistic"))));
  for (auto& result : results) result.records.back().validation.reset();
  const auto comparison = compared(results);
  EXPECT_EQ(comparison.metric, "test_error");
  EXPECT_THAT(comparison.notes, Contains(HasSubstr("is too low; with /data/validation")));
  EXPECT_THAT(best_text(comparison),
              HasSubstr("Best on the test split: batch=64, start=0.1 with 11.60 %"));
  EXPECT_THAT(comparison_table(comparison).headings(), Not(Contains("validation")));
  results = sweep();
  results.front().records.back().validation.reset();  // errors of two splits are not comparable
  EXPECT_EQ(compared(results).metric, "test_error");
}

TEST(SettingComparison, FindsSettingsOfAllKinds) {
  const Json sgd = {{"optimizer", {{"name", "sgd"}, {"momentum", 0.9}}}, {"ema", nullptr}};
  Json adamw = {{"optimizer", {{"name", "adamw"}, {"betas", {0.9, 0.99}}}},
                {"ema", {{"decay", 0.99}}},
                {"label_smoothing", 0.1}};
  const auto comparison =
      compared({trained("resnet-20", 1, 10, sgd, {{"augment", {{"flip", true}}}}),
                trained("plain-20:padding=both", 1, 20, adamw, {{"augment", {{"flip", false}}}})});
  EXPECT_THAT(comparison.settings,
              ElementsAre("network", "optimizer.name", "ema", "label_smoothing", "flip"));
  EXPECT_EQ(Json(comparison.runs[0].values), Json({"resnet-20", "sgd", nullptr, 0.0, true}));
  EXPECT_THAT(comparison_table(comparison).rows()[1],
              ElementsAre("plain-20:padding=both", "adamw", "decay=0.99", "0.1", "false", "1",
                          "20.00", "21.00", "+10.00", "–", "one seed"));
  adamw["optimizer"]["name"] = "sgd";
  adamw["optimizer"] = {{"name", "sgd"}, {"momentum", 0.8}};
  EXPECT_THAT(compared({trained("x", 1, 10, sgd), trained("y", 1, 20, adamw)}).settings,
              Contains("optimizer.momentum"));
}

TEST(SettingComparison, NamesRunsThatDifferInNoSetting) {
  auto other = trained("x", 1, 10, recipe(1, 2));
  other.directory = "/b/x/seed-1";
  other.run["experiment"] = "b";
  const auto comparison = compared({trained("x", 1, 12, recipe(1, 2)), other});
  EXPECT_THAT(comparison.settings, ElementsAre("run"));
  EXPECT_THAT(best_text(comparison), HasSubstr("Best on the validation split: b/x with 10.00 %"));
}

TEST(SettingComparison, DoesNotRankFailedOrUnfinishedRuns) {
  auto results = sweep();
  results[3].finished = false;  // a seed of the best
  results[3].failure = "the loss is nan";
  results[9].finished = results[10].finished = false;
  const auto comparison = compared(results);
  const auto table = comparison_table(comparison);
  EXPECT_THAT(column(table, "verdict"),
              ElementsAre("best", "beyond noise", "1 seed failed", "not finished"));
  EXPECT_THAT(column(table, "behind"), ElementsAre("–", "+4.40", "–", "–"));
  EXPECT_THAT(column(table, "seeds"), ElementsAre("3", "3", "2 of 3", "0 of 2"));
  EXPECT_THAT(comparison.notes,
              Contains("resnet-20@start=0.1,batch=64: 1 of 3 seeds failed, so it is not ranked."));
}

TEST(SettingComparison, IsWrittenForOtherPrograms) {
  auto results = sweep();
  results.back().failure = "the loss is not finite";
  results.back().finished = false;
  const auto json = comparison_json(compared(results));
  EXPECT_EQ(json["metric"], "validation_error");
  ASSERT_EQ(json["ranking"].size(), 4U);
  const auto& best = json["ranking"][0];
  EXPECT_EQ(best["label"], "resnet-20@start=0.1,batch=64");
  EXPECT_EQ(best["settings"], Json({{"batch", 64}, {"start", 0.1}}));
  EXPECT_EQ(best["seeds"], Json({1, 2, 3}));
  EXPECT_NEAR(best["validation_error"].get<double>(), 10.6, 1e-12);
  EXPECT_NEAR(best["validation_error_deviation"].get<double>(), 0.4, 1e-12);
  EXPECT_NEAR(best["test_error"].get<double>(), 11.6, 1e-12);
  EXPECT_EQ(best["behind"], 0);
  EXPECT_TRUE(best["p"].is_null());
  EXPECT_EQ(best["verdict"], "best");
  const auto& second = json["ranking"][1];
  EXPECT_NEAR(second["behind"].get<double>(), 0.5333333333333332, 1e-12);
  EXPECT_NEAR(second["p"].get<double>(), 0.08534087923995326, 1e-9);
  EXPECT_EQ(second["verdict"], "within noise");
  const auto& failed = json["ranking"][3];
  EXPECT_EQ(failed["verdict"], "1 seed failed");
  EXPECT_TRUE(failed["behind"].is_null());
}

TEST(SettingComparison, OneSeedIsNotEnough) {
  EXPECT_EQ(
      best_text(compared({trained("x", 1, 10, recipe(1, 2)), trained("y", 1, 9, recipe(2, 2))})),
      "Best on the validation split: y, start=2 with 9.00 % (1 seed). With one seed, noise "
      "cannot be judged; use more \"seeds\".");
}

TEST(SettingComparison, WarnsOfDifferentImages) {
  const auto notes = [](const Json& a, const Json& b) {
    return compared({trained("x", 1, 10, {}, a), trained("x@b", 1, 12, {}, b)}).notes;
  };
  EXPECT_THAT(notes({{"validation", 5}}, {{"validation", 6}}),
              Contains(HasSubstr("The runs differ in /data/validation")));
  EXPECT_THAT(notes({{"augment", {{"pad", 5}}}}, {{"augment", {{"pad", 6}}}}),
              Not(Contains(HasSubstr("differ in"))));
}

TEST(SettingComparison, IsNothingWithoutTwoFinishedNetworks) {
  EXPECT_FALSE(compare_settings(by_network(std::vector<RunResult>())));
  EXPECT_FALSE(compare_settings(by_network(std::vector{trained("x", 1, 10, recipe(1, 2))})));
}

TEST(SettingComparison, IsAChoiceBetweenSettingsNotBetweenPapersNetworks) {
  const auto choice = [](const std::string& a, const std::string& b, bool validated) {
    auto results = std::vector{trained(a, 1, 10, {}), trained(b, 1, 20, {})};
    if (!validated)
      for (auto& result : results) result.records.back().validation.reset();
    return is_choice(compared(results));
  };
  EXPECT_FALSE(choice("plain-20", "resnet-20", false));
  EXPECT_TRUE(choice("plain-20", "resnet-20", true));
  EXPECT_TRUE(choice("highway-20", "highway-20:gate_bias=-1", false));
  EXPECT_TRUE(choice("resnet-20@a=1", "resnet-20@a=2", false));
}

TEST(SettingComparison, TheFigureHasAPanelForEachSettingAndMarksTheBest) {
  const auto svg = comparison_svg(compared(sweep()));
  for (const char* part : {"validation error (%)", ">batch<", ">start<", ">64<", ">128<", ">0.05<",
                           ">0.1<", ">batch=64<", ">start=0.1<", "○ best"})
    EXPECT_THAT(svg, HasSubstr(part));
  EXPECT_EQ(svg, comparison_svg(compared(sweep())));
  EXPECT_THAT(comparison_html(compared(sweep())),
              testing::AllOf(HasSubstr(">batch=64<"), Not(HasSubstr("<style")),
                             Not(HasSubstr("style=")), Not(HasSubstr("#"))));
  // Runs that learned nothing do not squeeze the axis; an arrow says their error.
  auto results = sweep();
  for (const auto seed : {1, 2, 3})
    results.push_back(trained("resnet-20@start=3,batch=64", seed, 90, recipe(3, 64)));
  EXPECT_THAT(comparison_svg(compared(results)),
              testing::AllOf(HasSubstr(">90<"), Not(HasSubstr(">80<"))));
}

}  // namespace
}  // namespace reslab::app
