// Several processes of the program that train one experiment.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <regex>
#include <thread>

#include <gmock/gmock.h>

#include "app/config/json.h"
#include "app/runs/directory_lock.h"
#include "app/runs/run_directory.h"
#include "app/small_experiment.h"
#include "text_search.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The small experiment with more seeds.
constexpr auto kSeeds = " --set '/seeds=[1,2,3]'";

class Jobs : public SmallExperimentTest {
 protected:
  void SetUp() override { write("e.json", kExperiment); }

  std::filesystem::path seed(const std::string& out, const std::string& network, int number) {
    return run(out, network).parent_path() / ("seed-" + std::to_string(number));
  }

  static std::string status(const std::filesystem::path& run) {
    const auto content = RunDirectory(run).read();
    return content ? (*content)["status"].get<std::string>() : "";
  }

  static void wait_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "waited for two minutes";
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  /// Whether the program waits for runs that other processes train.
  bool waits() const {
    return content(folder_.path() / "err.txt").find("waiting") != std::string::npos;
  }

  /// report.md without durations.
  std::string report(const std::string& out) const {
    const auto text = content(folder_.path() / out / "small/report.md");
    EXPECT_THAT(text, HasSubstr("| resnet-8 |"));
    return std::regex_replace(text, std::regex(R"(\| +\d+ s \|)"), "|");
  }

  void expect_equal_runs(const std::string& a, const std::string& b) {
    for (const std::string network : {"plain-8", "resnet-8"})
      for (const int number : {1, 2, 3}) {
        const auto one = seed(a, network, number);
        const auto other = seed(b, network, number);
        SCOPED_TRACE(other);
        EXPECT_EQ(status(other), "finished");
        EXPECT_FALSE(content(one / "metrics.csv").empty());
        EXPECT_EQ(content(one / "metrics.csv"), content(other / "metrics.csv"));
        EXPECT_FALSE(content(one / "weights.safetensors").empty());
        EXPECT_TRUE(content(one / "weights.safetensors") == content(other / "weights.safetensors"));
        EXPECT_EQ(DirectoryLock::holder(other), "");
      }
    EXPECT_EQ(report(a), report(b));
  }
};

TEST_F(Jobs, TrainTheRunsOfOneProcessAndReportOnce) {
  const auto one = reslab(std::string("run e.json --out one --threads 1") + kSeeds);
  const auto two = reslab(std::string("run e.json --out two --threads 1 --jobs 2") + kSeeds);
  ASSERT_EQ(one.code, 0) << one.err;
  ASSERT_EQ(two.code, 0) << two.err;
  EXPECT_THAT(two.err, HasSubstr("2 workers with 1 thread each\n"));
  EXPECT_THAT(two.err, HasSubstr("report: two/small/report.html\n"));
  EXPECT_THAT(two.err, HasSubstr("resnet-8 seed 3 ["));
  expect_equal_runs("one", "two");

  const auto again = reslab(std::string("run e.json --out two --jobs auto") + kSeeds);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, Not(HasSubstr("workers")));  // nothing is left to train
}

TEST_F(Jobs, TrainTheLongestRunsFirst) {
  const std::string three =
      "run e.json --out runs --set '/networks=[\"plain-8\",\"plain-20\",\"plain-14\"]' "
      "--set '/expect/0/value/run=\"plain-8\"'";
  for (const auto& [options, first] :
       {std::pair("", "plain-8"), std::pair(" --longest-first", "plain-20"),
        std::pair(" --jobs 2", "plain-20")}) {
    const auto result = reslab(three + options);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr(std::string(first) + " seed 1 [1/3]"));
    std::filesystem::remove_all(folder_.path() / "runs");
  }
}

TEST_F(Jobs, StopSavedWithTheirParent) {
  const std::string endless = "run e.json --jobs 2 --threads 1 --set /recipe/iterations=100000000 ";
  for (const auto& [signal, code] : {std::pair(SIGTERM, 143), std::pair(SIGKILL, -SIGKILL)}) {
    const auto out = "stopped-" + std::to_string(code);
    const auto child = start(endless + "--out " + out);
    for (const std::string network : {"plain-8", "resnet-8"})
      wait_until([&] {
        const auto records = content(run(out, network) / "metrics.csv");
        return std::ranges::count(records, '\n') > 1;
      });
    kill(child, signal);
    const auto result = wait(child);
    EXPECT_EQ(result.code, code);
    if (signal == SIGTERM) {
      EXPECT_THAT(result.err, HasSubstr("the same command continues"));
    }
    for (const std::string network : {"plain-8", "resnet-8"}) {
      wait_until([&] { return DirectoryLock::holder(run(out, network)).empty(); });
      EXPECT_TRUE(std::filesystem::exists(RunDirectory(run(out, network)).checkpoint()));
    }
  }
}

TEST_F(Jobs, StopInOneLineWhileTheyStart) {
  const auto child = start("run e.json --jobs 2 --set /recipe/iterations=100000000 --out runs");
  wait_until(
      [&] { return content(folder_.path() / "err.txt").find("2 workers") != std::string::npos; });
  kill(child, SIGINT);
  const auto result = wait(child);
  EXPECT_EQ(result.code, 130);
  EXPECT_EQ(count(result.err, "the same command continues"), 1) << result.err;
  EXPECT_THAT(result.err, Not(HasSubstr("a signal ended")));
}

TEST_F(Jobs, AWorkerWaitsForTakenRunsAndTakesThemOver) {
  RunDirectory(run("runs", "plain-8")).make();
  auto lock = std::make_unique<DirectoryLock>(run("runs", "plain-8"));
  const auto child = start("run e.json --out runs");
  wait_until([&] { return waits(); });
  EXPECT_EQ(status(run("runs", "resnet-8")), "finished");
  EXPECT_EQ(status(run("runs", "plain-8")), "");
  lock.reset();
  const auto result = wait(child);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(status(run("runs", "plain-8")), "finished");
}

TEST_F(Jobs, AWaitingWorkerCanBeInterrupted) {
  RunDirectory(run("runs", "plain-8")).make();
  const DirectoryLock lock(run("runs", "plain-8"));
  const auto child = start("run e.json --out runs --only plain-8");
  wait_until([&] { return waits(); });
  kill(child, SIGINT);
  EXPECT_EQ(wait(child).code, 130);
}

TEST_F(Jobs, ARunThatFailsIsNotTriedByEveryWorker) {
  const RunDirectory directory(run("runs", "plain-8"));
  directory.make();
  auto lock = std::make_unique<DirectoryLock>(directory.path());
  const auto child = start("run e.json --out runs");
  wait_until([&] { return waits(); });
  auto content = *RunDirectory(run("runs", "resnet-8")).read();
  content["network"] = "plain-8";
  content["status"] = "failed";
  content["failure"] = "no memory";
  directory.write(content);
  lock.reset();
  const auto result = wait(child);
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("plain-8 seed 1: failed in another process\n"));
  EXPECT_FALSE(std::filesystem::exists(directory.weights()));
  EXPECT_THAT(result.out, HasSubstr("no memory"));
}

TEST_F(Jobs, RefusesOtherNumbers) {
  for (const std::string jobs : {"0", "many", "-1", "2.5"}) {
    const auto result = reslab("run e.json --jobs=" + jobs);
    EXPECT_EQ(result.code, 2) << jobs;
    EXPECT_THAT(result.err, HasSubstr("--jobs: "));
  }
}

// RESLAB_KILLS sets the number of killed workers.
TEST_F(Jobs, KilledWorkersLeaveEveryRunDoneOnceAndTheReportRight) {
  const char* given = std::getenv("RESLAB_KILLS");
  const int kills = given != nullptr ? std::stoi(given) : 4;
  const std::string command =
      std::string("run e.json --threads 1 --set /recipe/iterations=40") + kSeeds + " --out ";
  ASSERT_EQ(reslab(command + "whole").code, 0);

  std::mt19937 random(1);  // NOLINT(bugprone-random-generator-seed): a failure can be repeated
  std::vector<pid_t> workers(3);
  for (int killed = 0, round = 0; killed < kills; ++round) {
    const auto out = "killed-" + std::to_string(round);
    for (auto& worker : workers) worker = start(command + out);
    // Kills workers until one has ended by itself: then all runs are done.
    bool ended = false;
    while (!ended) {
      if (killed < kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 900));
        auto& worker = workers[random() % workers.size()];
        kill(worker, SIGKILL);
        const auto result = wait(worker);
        ended = result.code == 0;
        if (!ended) {
          ASSERT_EQ(result.code, -SIGKILL) << result.err;
          ++killed;
          worker = start(command + out);
          continue;
        }
        worker = 0;
      }
      ended = true;
    }
    for (const auto worker : workers) EXPECT_TRUE(worker == 0 || wait(worker).code == 0);
    expect_equal_runs("whole", out);
    if (given != nullptr)
      std::cout << "round " << round + 1 << ": " << killed << " workers killed" << std::endl;
  }
}

TEST_F(Jobs, IdleThreadsSpinForAShortTimeUnlessTheUserSaysOtherwise) {
  const auto environment_of_run = [&](const std::string& out) {
    const auto child = start("run e.json --set /recipe/iterations=100000000 --out " + out);
    wait_until([&] { return !content(run(out, "plain-8") / "metrics.csv").empty(); });
    const auto environment = content("/proc/" + std::to_string(child) + "/environ");
    kill(child, SIGINT);
    wait(child);
    return environment;
  };
  const char* policy = std::getenv("OMP_WAIT_POLICY");
  const std::string before = policy != nullptr ? policy : "";
  setenv("OMP_WAIT_POLICY", "passive", 1);
  EXPECT_THAT(environment_of_run("passive"), Not(HasSubstr("GOMP_SPINCOUNT")));
  unsetenv("OMP_WAIT_POLICY");
  EXPECT_THAT(environment_of_run("default"), HasSubstr("GOMP_SPINCOUNT=3000"));
  if (policy != nullptr) setenv("OMP_WAIT_POLICY", before.c_str(), 1);
}

}  // namespace
}  // namespace reslab::app
