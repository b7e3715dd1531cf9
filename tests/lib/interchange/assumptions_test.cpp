#include "reslab/interchange/assumptions.h"

#include <gmock/gmock.h>

#include "reslab/model/network_name.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> assumed(const std::string& text) {
  return assumptions(parse_network(text), settings_given(text));
}

TEST(Assumptions, ListsSettingsThatNeitherWeightsNorNameState) {
  EXPECT_THAT(assumed("resnet-20"), ElementsAre(StartsWith("assumed: padding=end (")));
  EXPECT_THAT(assumed("resnet-20:padding=end"), IsEmpty());
  EXPECT_THAT(assumed("resnet-20:shortcut=B"), IsEmpty());
  EXPECT_THAT(assumed("plain-20"), IsEmpty());
  EXPECT_THAT(assumed("resnet-50"), ElementsAre(StartsWith("assumed: stride_in=1x1 (")));
  EXPECT_THAT(assumed("resnet-50:stride_in=3x3"), IsEmpty());
  EXPECT_THAT(assumed("resnet-164:shortcut=A").size(), 2);
}

}  // namespace
}  // namespace reslab
