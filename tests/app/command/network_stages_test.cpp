#include "app/command/network_stages.h"

#include <gmock/gmock.h>

#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;

NetworkSummary summary_of(const std::string& network) {
  const auto spec = parse_network(network);
  return summarize(*make_network(spec, 1), default_image_size(spec));
}

std::vector<std::string> lines_of(const std::string& network) {
  std::vector<std::string> lines;
  for (const auto& stage : stages_of(summary_of(network)))
    lines.push_back(stage.name + ": " + stage.content);
  return lines;
}

TEST(NetworkStages, AreThoseOfThePapersTables) {
  EXPECT_THAT(
      lines_of("resnet-20"),
      ElementsAre("stem: 3×3 16", "layer1: 3 × (3×3 16, 3×3 16)", "layer2: 3 × (3×3 32, 3×3 32)",
                  "layer3: 3 × (3×3 64, 3×3 64)", "head: linear 10"));
  EXPECT_THAT(lines_of("resnet-29:block=bottleneck,shortcut=B"),
              ElementsAre("stem: 3×3 16", "layer1: 3 × (1×1 16, 3×3 16, 1×1 64)",
                          "layer2: 3 × (1×1 32, 3×3 32, 1×1 128)",
                          "layer3: 3 × (1×1 64, 3×3 64, 1×1 256)", "head: linear 10"));
}

TEST(NetworkStages, LeaveOutGatesButCountThem) {
  const auto stages = stages_of(summary_of("highway-20"));
  EXPECT_EQ(stages[1].content, "3 × (3×3 16, 3×3 16)");
  EXPECT_GT(stages[1].parameters, stages_of(summary_of("plain-20"))[1].parameters);
}

TEST(NetworkStages, SumToTheNetwork) {
  for (const auto* network :
       {"resnet-20", "highway-19", "wide-16", "resnet-20:activation=full-pre-activation"}) {
    const auto summary = summary_of(network);
    std::int64_t parameters = 0, macs = 0;
    for (const auto& stage : stages_of(summary)) {
      parameters += stage.parameters;
      macs += stage.macs;
    }
    EXPECT_EQ(parameters, summary.parameters) << network;
    EXPECT_EQ(macs, summary.macs) << network;
  }
}

TEST(NetworkStages, OfVggAreItsResolutions) {
  EXPECT_THAT(lines_of("vgg-11"),
              ElementsAre("stage 1: 3×3 64", "stage 2: 3×3 128", "stage 3: 3×3 256, 3×3 256",
                          "stage 4: 3×3 512, 3×3 512", "stage 5: 3×3 512, 3×3 512",
                          "head: linear 4096, linear 4096, linear 1000"));
}

}  // namespace
}  // namespace reslab::app
