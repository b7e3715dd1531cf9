#include "app/runs/machine_speed.h"

#include <cstdlib>

#include <gmock/gmock.h>

#include "app/config/json.h"
#include "folder.h"

namespace reslab::app {
namespace {

const SpeedConditions kHere = {"a CPU", 2, "float32", "fused", "1.0"};
const MachineSpeed kSpeed = {"resnet-20", 41'000'000, 3e9, 4e9};

TEST(MachineSpeeds, KeepsWhatWasMeasured) {
  const Folder folder;
  const auto file = folder.path() / "cache" / "speeds.json";
  MachineSpeeds speeds(file);
  EXPECT_EQ(speeds.find(kHere, "resnet-20", 41'000'000), std::nullopt);
  EXPECT_TRUE(speeds.remember(kHere, kSpeed));
  EXPECT_EQ(speeds.find(kHere, "resnet-20", 41'000'000), kSpeed);
  EXPECT_EQ(MachineSpeeds(file).find(kHere, "resnet-20", 41'000'000), kSpeed);
  auto faster = kSpeed;
  faster.training = 5e9;
  EXPECT_TRUE(speeds.remember(kHere, faster));
  EXPECT_EQ(MachineSpeeds(file).find(kHere, "resnet-20", 41'000'000), faster);
}

TEST(TrainingPace, IsTheMedianWithoutTheFirstTiming) {
  std::vector<Timing> timings(5);
  const double speeds[] = {1, 100, 300, 200, 400};
  const double evaluations[] = {9, 0, 2, 0, 3};
  for (std::size_t i = 0; i < timings.size(); ++i) {
    timings[i].seconds = static_cast<double>(i);
    timings[i].images_per_second = speeds[i];
    timings[i].evaluation = evaluations[i];
  }
  const auto pace = pace_of(timings);
  ASSERT_TRUE(pace);
  EXPECT_EQ(pace->images_per_second, 250);
  EXPECT_EQ(pace->evaluation_seconds, 2.5);
  EXPECT_FALSE(pace_of({timings.begin(), timings.begin() + 2}));
  timings[4].seconds = 0.9;
  EXPECT_FALSE(pace_of(timings));
}

TEST(MachineSpeeds, HoldsOnlyForEqualConditions) {
  const Folder folder;
  MachineSpeeds speeds(folder.path() / "speeds.json");
  speeds.remember(kHere, kSpeed);
  for (const SpeedConditions& other : {SpeedConditions{"another CPU", 2, "float32", "fused", "1.0"},
                                       SpeedConditions{"a CPU", 1, "float32", "fused", "1.0"},
                                       SpeedConditions{"a CPU", 2, "bfloat16", "fused", "1.0"},
                                       SpeedConditions{"a CPU", 2, "float32", "aten", "1.0"},
                                       SpeedConditions{"a CPU", 2, "float32", "fused", "1.1"}})
    EXPECT_EQ(speeds.find(other, "resnet-20", 41'000'000), std::nullopt);
}

TEST(MachineSpeeds, TakesTheNetworkOfTheNearestSize) {
  const Folder folder;
  MachineSpeeds speeds(folder.path() / "speeds.json");
  const MachineSpeed large = {"resnet-50", 4'000'000'000, 9e9, 9e9};
  speeds.remember(kHere, large);
  speeds.remember(kHere, kSpeed);
  EXPECT_EQ(speeds.find(kHere, "resnet-34", 3'600'000'000), large);
  EXPECT_EQ(speeds.find(kHere, "plain-20", 41'000'000), kSpeed);
  EXPECT_EQ(speeds.find(kHere, "resnet-50", 80'000'000), kSpeed);  // for smaller images
}

TEST(MachineSpeeds, ADamagedFileIsLikeNone) {
  const Folder folder;
  const std::string good =
      R"({"processor": "a CPU", "threads": 2, "precision": "float32", "kernels": "fused",
          "program": "1.0", "network": "resnet-20", "macs": 41000000, "training": 3e9,
          "evaluation": 4e9})";
  const auto with = [&good](const std::string& key, const std::string& value) {
    auto json = Json::parse(good);
    json[key] = Json::parse(value);
    return R"({"speeds": [)" + json.dump() + "]}";
  };
  const auto file = folder.path() / "speeds.json";
  folder.write("speeds.json", R"({"speeds": [)" + good + "]}");
  EXPECT_EQ(MachineSpeeds(file).find(kHere, "resnet-20", 41'000'000), kSpeed);
  for (const auto& text :
       {std::string(), std::string("{"), std::string("null"), std::string("[1]"),
        std::string("\xff binary"), std::string(R"({"speeds": 5})"),
        std::string(R"({"speeds": [{}]})"), with("training", "0"), with("training", "-3e9"),
        with("training", "1e300"), with("training", "null"), with("evaluation", "\"fast\""),
        with("macs", "0"), with("network", "\"\"")}) {
    folder.write("speeds.json", text);
    MachineSpeeds speeds(file);
    EXPECT_EQ(speeds.find(kHere, "resnet-20", 41'000'000), std::nullopt) << text;
    EXPECT_TRUE(speeds.remember(kHere, kSpeed)) << text;
    EXPECT_EQ(MachineSpeeds(file).find(kHere, "resnet-20", 41'000'000), kSpeed) << text;
  }
}

TEST(MachineSpeeds, AFileThatCannotBeWrittenIsNoError) {
  const Folder folder;
  folder.write("file", "");
  EXPECT_FALSE(MachineSpeeds(folder.path() / "file" / "speeds.json").remember(kHere, kSpeed));
  std::filesystem::create_directory(folder.path() / "speeds.json");
  EXPECT_FALSE(MachineSpeeds(folder.path() / "speeds.json").remember(kHere, kSpeed));
  EXPECT_FALSE(MachineSpeeds("").remember(kHere, kSpeed));
  auto impossible = kSpeed;
  impossible.evaluation = 0;
  EXPECT_FALSE(MachineSpeeds(folder.path() / "s.json").remember(kHere, impossible));
}

TEST(MachineSpeeds, StaysSmall) {
  const Folder folder;
  const auto file = folder.path() / "speeds.json";
  for (int depth = 0; depth < 210; ++depth)
    MachineSpeeds(file).remember(kHere, {"n-" + std::to_string(depth), 100 + depth, 1e9, 1e9});
  EXPECT_EQ(MachineSpeeds(file).find(kHere, "n-0", 100)->network, "n-10");
  EXPECT_EQ(MachineSpeeds(file).find(kHere, "n-209", 309)->network, "n-209");
}

TEST(MachineSpeeds, AreInTheUsersCacheFolder) {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  const std::string before = cache == nullptr ? "" : cache;
  ::setenv("XDG_CACHE_HOME", "/some/cache", 1);
  EXPECT_EQ(MachineSpeeds::usual_file(), "/some/cache/reslab/speeds.json");
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  EXPECT_NE(MachineSpeeds::usual_file(), "relative/reslab/speeds.json");
  if (cache == nullptr)
    ::unsetenv("XDG_CACHE_HOME");
  else
    ::setenv("XDG_CACHE_HOME", before.c_str(), 1);
}

}  // namespace
}  // namespace reslab::app
