// Kills and interrupts the program at any time. runs/runner_test.cpp tests that a run that stops
// after any step ends bit-identical.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <signal.h>

#include "app/runs/csv.h"
#include "app/small_experiment.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

/// The small experiment's plain network, for longer than any test waits.
constexpr auto kEndless = "run e.json --only plain-8 --set /recipe/iterations=100000000 --out ";

class Interruption : public SmallExperimentTest {
 protected:
  void SetUp() override { write("e.json", kExperiment); }

  std::string metrics(const std::string& out) {
    return content(run(out, "plain-8") / "metrics.csv");
  }

  /// Starts or resumes the endless run and sends a signal when `rows` records are written.
  Result signalled(const std::string& out, int signal, std::int64_t rows) {
    const auto child = start(kEndless + out);
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (std::ranges::count(metrics(out), '\n') <= rows) {
      if (std::chrono::steady_clock::now() > end) {
        ADD_FAILURE() << "fewer than " << rows << " records after two minutes";
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    kill(child, signal);
    return wait(child);
  }
};

TEST_F(Interruption, SavesTheRunAndSaysThatItGoesOn) {
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    const auto out = "stopped-" + std::to_string(code);
    const auto result = signalled(out, signal, 1);
    EXPECT_EQ(result.code, code);
    EXPECT_THAT(result.err, HasSubstr("the same command continues"));
    EXPECT_TRUE(std::filesystem::exists(run(out, "plain-8") / "checkpoint/state.safetensors"));
  }
}

TEST_F(Interruption, LeavesAReportThatNoLongerReloads) {
  const auto page = folder_.path() / "live/small/report.html";
  const auto child = start(std::string(kEndless) + "live --report-every 1");
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!std::filesystem::exists(page) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_THAT(content(page), HasSubstr("The page reloads every 1 minute,"));
  kill(child, SIGINT);
  EXPECT_EQ(wait(child).code, 130);
  EXPECT_THAT(content(page),
              testing::AllOf(HasSubstr("plain-8"), testing::Not(HasSubstr("The page reloads"))));
}

TEST_F(Interruption, GoesOnIfTheReaderOfTheOutputEnds) {
  const auto result = reslab("run e.json --out piped --threads 1 --verbose 2>&1 | head -n 1");
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 1);
  EXPECT_EQ(result.err, "");
  for (const auto* network : {"plain-8", "resnet-8"})
    EXPECT_THAT(content(run("piped", network) / "run.json"), HasSubstr(R"("status": "finished")"));
}

TEST_F(Interruption, KilledAndInterruptedRunsWriteTheSameRecords) {
  EXPECT_EQ(signalled("whole", SIGINT, 9).code, 130);
  EXPECT_EQ(signalled("broken", SIGKILL, 3).code, -SIGKILL);
  EXPECT_EQ(signalled("broken", SIGTERM, 5).code, 143);
  EXPECT_EQ(signalled("broken", SIGINT, 9).code, 130);
  const auto whole = metrics("whole");
  const auto broken = metrics("broken");
  EXPECT_GT(std::ranges::count(broken, '\n'), 9);
  // A run may write more records before the signal reaches it.
  const auto length = std::min(whole.size(), broken.size());
  EXPECT_EQ(whole.substr(0, length), broken.substr(0, length));
}

}  // namespace
}  // namespace reslab::app
