#include "app/report/report.h"

#include <cstdlib>
#include <sstream>

#include <gmock/gmock.h>

#include "app/report/results.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"
#include "text_search.h"

namespace reslab::app {
namespace {

using Relation = Expectation::Relation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Measure kPlain = {"plain-20", "test_error", {}, {}};
const Measure kResidual = {"resnet-20", "test_error", {}, {}};

Claims made_claims(const std::string& name, std::vector<std::int64_t> seeds) {
  return {name,
          "why <it> & so",
          std::move(seeds),
          {},
          {{"residual is better", kResidual, Relation::below, kPlain, 0, 0, {}, {}},
           {"a <band>", kResidual, Relation::between, {}, 1, 2, {}, 8.75}}};
}

/// Writes an experiment of two networks with these test errors (one per seed) and its claims.
std::vector<RunResult> written(const Folder& folder, const std::string& name,
                               const std::vector<double>& residual,
                               const std::vector<double>& plain) {
  std::vector<std::int64_t> seeds;
  std::vector<RunResult> results;
  for (std::size_t i = 0; i < residual.size(); ++i) {
    const auto seed = static_cast<std::int64_t>(i) + 1;
    seeds.push_back(seed);
    results.push_back(made_result(name, "resnet-20", seed, {{50, 60}, {5, residual[i]}}));
    results.push_back(made_result(name, "plain-20", seed, {{50, 60}, {6, plain[i]}}));
  }
  for (auto& result : results) write_result(folder, result);
  for (auto& result : results) result.directory = folder / result.directory.string().substr(1);
  write_claims(folder / name, made_claims(name, seeds));
  return results;
}

TEST(Report, SaysWhatCameOfTheClaims) {
  const Folder folder;
  const auto report = make_report(with_claims(written(folder, "e", {8, 9, 10}, {9, 10, 12})));
  EXPECT_EQ(report.title, "e");
  ASSERT_EQ(report.experiments.size(), 1U);
  EXPECT_EQ(report.experiments[0].why, "why <it> & so");
  ASSERT_EQ(report.experiments[0].verdicts.size(), 2U);
  const auto& better = report.experiments[0].verdicts[0];
  EXPECT_EQ(better.outcome, Verdict::Outcome::met);
  // SciPy: scipy.stats.ttest_ind([8, 9, 10], [9, 10, 12], equal_var=False).pvalue 0.28463
  EXPECT_THAT(better.noise, testing::StartsWith("within noise: Welch's t-test p = 0.285"));
  EXPECT_THAT(better.noise, testing::EndsWith(", n = 3 and 3"));
  EXPECT_EQ(report.experiments[0].verdicts[1].outcome, Verdict::Outcome::not_met);
  EXPECT_THAT(report.results.headings(),
              ElementsAre("network", "parameters", "seeds", "iterations", "train error",
                          "test error", "paper", "difference"));
  EXPECT_THAT(report.results.rows()[0], ElementsAre("resnet-20", "269,722", "3", "200",
                                                    "5.00 ± 0.00", "9.00 ± 1.00", "8.75", "+0.25"));
  EXPECT_THAT(report.methods, testing::Contains(HasSubstr("Welch's t-test")));
  EXPECT_THAT(report.methods, testing::Not(testing::Contains(HasSubstr("alidation"))));
  ASSERT_EQ(report.figures.size(), 1U);
  EXPECT_EQ(report.figures[0].file, "curves.svg");
}

TEST(Report, SumsTheConfusionsOfANetworksSeedsOnAFolder) {
  const Folder folder;
  auto results = written(folder, "e", {8, 9}, {9, 10});
  for (auto& result : results) {
    result.run["data"] = {{"name", "folder"}};
    result.run["classes"] = {"cat", "dog"};
    if (result.network == "resnet-20")
      result.confusion = {{200, 0, 0, 8}, {200, 0, 1, 2}, {200, 1, 1, 10}};
  }
  auto report = make_report(with_claims(results));
  ASSERT_EQ(report.classes.size(), 1U);
  EXPECT_EQ(report.classes[0].network, "resnet-20");
  EXPECT_THAT(report.classes[0].classes.rows(),
              ElementsAre(ElementsAre("cat", "20", "20.00", "dog (4)"),
                          ElementsAre("dog", "20", "0.00", "–")));
  EXPECT_THAT(report.classes[0].confusion.rows(),
              ElementsAre(ElementsAre("cat", "16", "4"), ElementsAre("dog", "0", "20")));
  EXPECT_THAT(terminal_report(report), HasSubstr("cat        20    20.00  dog (4)"));
  EXPECT_THAT(markdown_report(report), HasSubstr("## Classes\n\n### resnet-20"));
  EXPECT_THAT(html_report(report), HasSubstr("<h2>Classes</h2>"));

  for (auto& result : results) result.run["data"]["name"] = "cifar10";
  report = make_report(with_claims(results));
  EXPECT_TRUE(report.classes.empty());
  ASSERT_EQ(report.confusions.size(), 1U);
  EXPECT_THAT(report.confusions[0].names, ElementsAre("cat", "dog"));
  EXPECT_THAT(report.confusions[0].counts.confusion,
              ElementsAre(ElementsAre(16, 4), ElementsAre(0, 20)));
}

TEST(Report, ShowsThePicturesOfANetworksFirstSeedThatHasSome) {
  const Folder folder;
  auto results = written(folder, "e", {8, 9, 10}, {9, 10, 11});
  EXPECT_TRUE(make_report(with_claims(results)).pictures.empty());
  for (const auto& result : results)
    if (result.network == "resnet-20" && result.seed > 1)
      write_pictures(result.directory / "pictures.json", {200, 100, result.seed, {}, {}, "", {}});
  const auto report = make_report(with_claims(results));
  ASSERT_EQ(report.pictures.size(), 1U);
  EXPECT_EQ(report.pictures[0].network, "resnet-20");
  EXPECT_EQ(report.pictures[0].seed, 2);
  EXPECT_EQ(report.pictures[0].pictures.misclassified, 2);

  const auto damaged = folder.write("e/resnet-20/seed-2/pictures.json", "[]");
  const auto without = make_report(with_claims(results));
  ASSERT_EQ(without.pictures.size(), 1U);
  EXPECT_EQ(without.pictures[0].seed, 3);
  EXPECT_EQ(without.methods.back(),
            "Left out: " + damaged + ": damaged, expected pictures that 'reslab run' wrote.");
}

TEST(Report, SaysWhichWeightsAndLabelsCount) {
  const Folder folder;
  auto results = written(folder, "e", {8}, {9});
  EXPECT_THAT(make_report(with_claims(results)).methods, Not(testing::Contains(HasSubstr("ema"))));
  results[0].run["identity"]["recipe"] = {{"ema", {{"decay", 0.9}}}, {"mixup_alpha", 0.2}};
  const auto methods = make_report(with_claims(results)).methods;
  EXPECT_THAT(methods, testing::Contains(HasSubstr("Networks with ema")));
  EXPECT_THAT(methods, testing::Contains(HasSubstr("with mixup")));
}

TEST(Report, OneSeedCannotTellNoise) {
  const Folder folder;
  const auto report = make_report(with_claims(written(folder, "e", {8}, {9})));
  EXPECT_EQ(report.experiments[0].verdicts[0].noise,
            "more seeds would show whether chance explains it");
  EXPECT_EQ(report.experiments[0].verdicts[1].noise, "");
}

TEST(Report, FitsATerminalAndColoursOnlyWhatIsSure) {
  const Folder folder;
  const auto report = make_report(with_claims(written(folder, "e", {8}, {9})));
  for (const std::size_t columns : {60, 80}) {
    std::istringstream lines(terminal_report(report, columns));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), columns) << line;
  }
  EXPECT_THAT(terminal_report(report, 80, true),
              testing::AllOf(HasSubstr("\033[33mmet by one seed\033[0m: "),
                             HasSubstr("\033[31mNOT MET\033[0m: ")));
  EXPECT_THAT(terminal_report(report), Not(HasSubstr("\033")));
}

TEST(Report, JudgesEachExperimentByItsOwnRuns) {
  const Folder folder;
  auto results = written(folder, "one", {8}, {9});
  for (const auto& result : written(folder, "two", {9}, {8})) results.push_back(result);
  const auto report = make_report(with_claims(results));
  EXPECT_EQ(report.title, "one, two");
  ASSERT_EQ(report.experiments.size(), 2U);
  EXPECT_EQ(report.experiments[0].verdicts[0].outcome, Verdict::Outcome::met);
  EXPECT_EQ(report.experiments[1].verdicts[0].outcome, Verdict::Outcome::not_met);
  EXPECT_THAT(terminal_report(report), testing::AllOf(HasSubstr("\none:\nmet by one seed: "),
                                                      HasSubstr("\ntwo:\nNOT MET: ")));
}

TEST(Report, TellsExperimentsOfOneNameApartByTheirDirectories) {
  const Folder folder;
  written(folder, "e", {8}, {9});
  std::filesystem::copy(folder / "e", folder / "again", std::filesystem::copy_options::recursive);
  const auto report = make_report(with_claims(find_runs({folder / ""}).results));
  EXPECT_EQ(report.title, "e");
  std::vector<std::string> names;
  for (const auto& experiment : report.experiments)
    names.push_back(std::filesystem::absolute(experiment.name).lexically_normal());
  EXPECT_THAT(names, testing::UnorderedElementsAre(folder / "e", folder / "again"));
}

TEST(Report, DoesWithoutClaims) {
  const auto report = make_report(with_claims({made_result("e", "x", 1, {{1, 2}})}));
  EXPECT_EQ(report.title, "e");
  EXPECT_TRUE(report.experiments[0].verdicts.empty());
  for (const auto& text : {terminal_report(report), markdown_report(report), html_report(report)})
    EXPECT_THAT(text, Not(HasSubstr("xpectations")));
}

TEST(Report, HasAColumnForTheCheckpointChosenOnTheValidationSplit) {
  auto result = made_result("e", "x", 1, {{9, 30}, {8, 20}, {7, 10}});
  for (const std::size_t i : {0U, 1U, 2U})
    result.records[i].validation = Score{1, i == 1 ? 5.0 : 6.0};
  const auto report = make_report(with_claims({result}));
  EXPECT_EQ(report.results.headings().back(), "test error at best validation");
  EXPECT_EQ(report.results.rows()[0].back(), "20.00");
  EXPECT_THAT(report.methods, testing::Contains(HasSubstr("best.safetensors")));
}

TEST(Report, WithoutGnuplotTheRestRemains) {
  const Folder folder;
  const auto report = make_report(with_claims(written(folder, "e", {8}, {9})));
  EXPECT_EQ(write_report(folder / "new/place", report), "");
  EXPECT_THAT(read_text(folder / "new/place/curves.svg"), HasSubstr("</svg>"));
  EXPECT_THAT(read_text(folder / "new/place/report.html"), HasSubstr("id=\"figure-0\""));

  const std::string path = std::getenv("PATH");
  setenv("PATH", (folder / "nothing").c_str(), 1);
  const auto error = write_report(folder / "bare", report);
  setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(error, HasSubstr("apt-get install gnuplot"));
  EXPECT_FALSE(std::filesystem::exists(folder / "bare/curves.svg"));
  EXPECT_THAT(read_text(folder / "bare/report.md"),
              testing::AllOf(HasSubstr("There are no figures: "), HasSubstr("resnet-20")));
  EXPECT_EQ(read_text(folder / "bare/report.html"), read_text(folder / "new/place/report.html"));
}

}  // namespace
}  // namespace reslab::app
