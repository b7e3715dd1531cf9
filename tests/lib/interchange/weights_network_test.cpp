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

}  // namespace
}  // namespace reslab
