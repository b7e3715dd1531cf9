// Runs that are killed or interrupted come to the same end as those that are not.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <signal.h>

#include "app/small_experiment.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

class Interruption : public SmallExperimentTest {
 protected:
  /// Waits until the run has recorded so many rows.
  void wait_for_rows(const std::filesystem::path& directory, std::size_t rows) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (std::chrono::steady_clock::now() < end) {
      const auto text = content(directory / "metrics.csv");
      if (static_cast<std::size_t>(std::ranges::count(text, '\n')) > rows) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    FAIL() << "no records in " << directory;
  }

  void expect_equal_runs(const std::string& a, const std::string& b) {
    for (const auto* network : {"plain-8", "resnet-8"})
      for (const auto* file : {"metrics.csv", "weights.safetensors"}) {
        const auto first = content(run(a, network) / file);
        EXPECT_FALSE(first.empty()) << network << ' ' << file;
        EXPECT_TRUE(first == content(run(b, network) / file)) << network << ' ' << file;
      }
  }
};

TEST_F(Interruption, KilledInMidEpochItEndsBitIdentical) {
  write("e.json", kExperiment);
  ASSERT_EQ(reslab("run e.json --out whole").code, 0);
  const auto child = start("run e.json --out killed");
  wait_for_rows(run("killed", "resnet-8"), 3);
  kill(child, SIGKILL);
  EXPECT_EQ(wait(child).code, -SIGKILL);
  ASSERT_FALSE(std::filesystem::exists(run("killed", "resnet-8") / "weights.safetensors"))
      << "the run was over before it was killed";
  EXPECT_EQ(reslab("run e.json --out killed").code, 0);
  expect_equal_runs("whole", "killed");
}

TEST_F(Interruption, InterruptedItSavesSaysSoAndGoesOn) {
  write("e.json", kExperiment);
  ASSERT_EQ(reslab("run e.json --out whole").code, 0);
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    const auto out = "stopped-" + std::to_string(code);
    const auto child = start("run e.json --out " + out);
    wait_for_rows(run(out, "plain-8"), 1);
    kill(child, signal);
    const auto result = wait(child);
    EXPECT_EQ(result.code, code);
    EXPECT_THAT(result.err, HasSubstr("the same command goes on"));
    EXPECT_TRUE(std::filesystem::exists(run(out, "plain-8") / "checkpoint/state.safetensors"));
    EXPECT_EQ(reslab("run e.json --out " + out).code, 0);
    expect_equal_runs("whole", out);
  }
}

}  // namespace
}  // namespace reslab::app
