#include "app/runs/run_result.h"

#include <gmock/gmock.h>

#include "app/report/results.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const std::vector<RunResult>& results) {
  std::vector<std::string> names;
  for (const auto& result : results)
    names.push_back(result.network + " " + std::to_string(result.seed));
  return names;
}

TEST(RunResult, ReadsWhatARunLeft) {
  const Folder folder;
  auto written = made_result("demo", "resnet-20", 3, {{50, 60}, {40, 55.5}});
  written.run["paper"]["test_error"] = 8.75;
  written.run["identity"]["recipe"]["batch"] = 128;
  written.training_seconds = 90.5;
  written.layers = {{100, "conv1", 0, 0.5, 2, {}}};
  write_result(folder, written);
  const RunResult result = read_run(folder / "demo/resnet-20/seed-3");
  EXPECT_EQ(result.network, "resnet-20");
  EXPECT_EQ(result.seed, 3);
  EXPECT_EQ(result.parameters, 269722);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.failure, "");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[1].test->error, 55.5);
  ASSERT_EQ(result.layers.size(), 1U);
  EXPECT_EQ(result.layers[0].layer, "conv1");
  EXPECT_EQ(result.training_seconds, 90.5);
  EXPECT_EQ(batch_of(result), 128);
  EXPECT_EQ(experiment_of(result), "demo");
  EXPECT_EQ(experiment_directory(result), folder / "demo");
  EXPECT_EQ(paper_value(result, "test_error"), 8.75);
  EXPECT_EQ(paper_value(result, "train_error"), std::nullopt);
}

TEST(RunResult, ReadsFailedAndJustStartedRuns) {
  const Folder folder;
  auto failed = made_result("demo", "plain-56", 1, {{90, 90}});
  failed.run["status"] = "failed";
  failed.run["failure"] = "the loss is nan at iteration 123";
  write_result(folder, failed);
  auto started = made_result("demo", "plain-20", 1, {});
  started.run["status"] = "running";
  folder.write("demo/plain-20/seed-1/run.json", started.run.dump());
  const auto results = find_runs({folder / "demo"}).results;
  ASSERT_EQ(names(results), (std::vector<std::string>{"plain-20 1", "plain-56 1"}));
  EXPECT_FALSE(results[0].finished);
  EXPECT_TRUE(results[0].records.empty());
  EXPECT_EQ(results[1].failure, "the loss is nan at iteration 123");
  EXPECT_EQ(results[1].records.size(), 1U);
  EXPECT_EQ(results[1].training_seconds, std::nullopt);
  EXPECT_EQ(batch_of(results[1]), std::nullopt);
}

TEST(RunResult, FindsEveryRunOnceInNaturalOrder) {
  const Folder folder;
  for (const char* network : {"resnet-110", "resnet-20", "plain-20"})
    for (const int seed : {10, 2}) write_result(folder, made_result("a", network, seed, {{1, 2}}));
  const std::vector<std::string> expected = {"plain-20 2",   "plain-20 10",  "resnet-20 2",
                                             "resnet-20 10", "resnet-110 2", "resnet-110 10"};
  EXPECT_EQ(names(find_runs({folder / ""}).results), expected);
  EXPECT_EQ(names(find_runs({folder / "a", folder / "a/resnet-20/seed-2"}).results), expected);
  EXPECT_EQ(names(find_runs({folder / "a/resnet-20/seed-2"}).results),
            std::vector<std::string>{"resnet-20 2"});
}

TEST(RunResult, ACopyOfARunDoesNotCount) {
  const Folder folder;
  write_result(folder, made_result("a", "x", 1, {{1, 2}}));
  std::filesystem::copy(folder / "a/x/seed-1", folder / "a/x/seed-2");
  const auto [results, errors] = find_runs({folder / "a"});
  EXPECT_EQ(names(results), std::vector<std::string>{"x 1"});
  EXPECT_THAT(errors,
              ElementsAre(folder / "a/x/seed-2: is x seed 1, as is " + (folder / "a/x/seed-1")));
}

TEST(RunResult, NamesEveryMistakeInEveryRun) {
  const Folder folder;
  folder.write("a/x/seed-1/run.json", R"({"experiment": "a", "network": 5, "seed": 1.5,
                                          "parameters": 1, "status": "done", "paper": {"e": "x"}})");
  folder.write("a/x/seed-2/run.json", "{");
  folder.write("a/x/seed-3/run.json", "[]");
  folder.write("a/x/seed-4/run.json", made_result("a", "x", 4, {}).run.dump());
  write_result(folder, made_result("a", "x", 5, {}));
  const std::string text = "step,nonsense\n";
  folder.write("a/x/seed-6/run.json", made_result("a", "x", 6, {}).run.dump());
  folder.write("a/x/seed-6/metrics.csv", text);
  write_result(folder, made_result("a", "x", 7, {{1, 2}}));
  folder.write("a/x/seed-7/layers.csv", text);
  folder.write("a/x/seed-7/timing.csv", text);
  auto two_classes = made_result("a", "x", 8, {{1, 2}});
  two_classes.run["classes"] = {"cat", "dog"};
  write_result(folder, two_classes);
  folder.write("a/x/seed-8/confusion.csv", "step,label,predicted,images\n1,0,2,5\n");
  two_classes.directory = "/a/x/seed-10";
  two_classes.run["seed"] = 10;
  write_result(folder, two_classes);
  folder.write("a/x/seed-10/confusion.csv", "step,label,predicted,images\n100,0,0,5\n100,0,1,5\n");
  auto shortened = made_result("a", "x", 11, {{1, 2}});
  shortened.run["identity"]["recipe"]["iterations"] = 200;
  write_result(folder, shortened);
  auto odd = made_result("a", "x", 12, {{1, 102}});
  odd.run["unreadable"] = {{"a", "b"}};
  write_result(folder, odd);
  folder.write("a/x/seed-13/run.json", made_result("a", "x", 13, {}).run.dump());
  std::filesystem::create_symlink("metrics.csv", folder / "a/x/seed-13/metrics.csv");
  folder.write("a/x/seed-9/run.json", made_result("a", "x", 9, {}).run.dump());
  folder.write("a/x/seed-9/metrics.csv/file", "");
  EXPECT_THAT(
      find_runs({folder / "a", folder / "absent"}).errors,
      ElementsAre(
          HasSubstr("seed-1/run.json: /network is 5, expected text"),
          HasSubstr("seed-1/run.json: /seed is 1.5, expected an integer"),
          HasSubstr("seed-1/run.json: /paper is {\"e\":\"x\"}, expected an object of numbers"),
          HasSubstr("seed-1/run.json: /status is 'done', expected"), HasSubstr("seed-2/run.json:"),
          HasSubstr("seed-3/run.json: expected an object"),
          HasSubstr("seed-4/metrics.csv: no such file"),
          HasSubstr("seed-5/metrics.csv: no records"), HasSubstr("seed-6/metrics.csv:1: "),
          HasSubstr("seed-7/layers.csv:1: "), HasSubstr("seed-7/timing.csv:1: "),
          HasSubstr("seed-8/confusion.csv: a row has the label 2, expected one below 2"),
          HasSubstr("seed-9/metrics.csv: is a folder, expected a file"),
          HasSubstr("seed-10/confusion.csv: its test error is 50.00 %, that of metrics.csv 2.00 %"),
          HasSubstr("seed-11/metrics.csv: ends at iteration 100, expected 200"),
          HasSubstr("seed-12/run.json: /unreadable is {\"a\":\"b\"}, expected a list of texts"),
          HasSubstr("seed-12/metrics.csv:2: an error is not from 0 to 100 percent"),
          HasSubstr("seed-13/metrics.csv: a link that leads to itself"),
          HasSubstr("absent: No such file or directory")));
  EXPECT_THAT(find_runs({folder / "a/x/seed-6/metrics.csv"}).errors,
              ElementsAre(HasSubstr("metrics.csv: a text file, expected a directory")));
  folder.write("empty/file", "");
  EXPECT_THAT(find_runs({folder / "empty"}).errors, ElementsAre(HasSubstr("no runs in it")));
}

}  // namespace
}  // namespace reslab::app
