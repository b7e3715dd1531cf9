#include "reslab/interchange/weights_network.h"

#include <gmock/gmock.h>

#include "reslab/model/network_name.h"

namespace reslab {
namespace {

using testing::ElementsAre;

std::vector<std::string> assumed(const std::string& text) {
  return assumptions(parse_network(text), settings_given(text));
}

TEST(WeightsNetwork, AssumesTheSettingsThatNeitherWeightsNorNameState) {
  EXPECT_THAT(assumed("resnet-20"), ElementsAre(testing::StartsWith("assumed: padding=end (")));
  EXPECT_THAT(assumed("resnet-20:padding=end"), testing::IsEmpty());
  EXPECT_THAT(assumed("resnet-20:shortcut=B"), testing::IsEmpty());
  EXPECT_THAT(assumed("plain-20"), testing::IsEmpty());
  EXPECT_THAT(assumed("resnet-50"), ElementsAre(testing::StartsWith("assumed: stride_in=1x1 (")));
  EXPECT_THAT(assumed("resnet-50:stride_in=3x3"), testing::IsEmpty());
  EXPECT_THAT(assumed("resnet-164:shortcut=A").size(), 2);
}

TEST(WeightsNetwork, NamesShowWhereShortcutAPads) {
  const auto named = [](const std::string& layer) {
    return std::vector<WeightEntry>{{layer + ".weight", "F32", {10, 64}}};
  };
  const auto pads_both = [&](const std::string& network, const std::string& layer) {
    return pads_both_sides(parse_network(network), named(layer));
  };
  EXPECT_TRUE(pads_both("resnet-20", "linear"));
  EXPECT_TRUE(pads_both("resnet-20:padding=both", "linear"));
  EXPECT_FALSE(pads_both("resnet-20", "fc"));
  EXPECT_FALSE(pads_both("resnet-20:shortcut=B", "linear"));
  EXPECT_FALSE(pads_both("resnet-18:shortcut=A", "linear"));
}

}  // namespace
}  // namespace reslab
