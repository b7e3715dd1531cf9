#include "reslab/interchange/weights_match.h"

#include <gmock/gmock.h>

#include "refusal.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using From = WeightSource::From;

const std::vector<WeightEntry> kNeeded = {
    {"conv1.weight", "F32", {16, 3, 3, 3}}, {"layer2.0.downsample.0.weight", "F32", {32, 16, 1, 1}},
    {"fc.weight", "F32", {10, 64}},         {"fc.bias", "F32", {10}},
    {"bn1.num_batches_tracked", "I64", {}},
};

std::vector<WeightEntry> renamed(const std::string& from, const std::string& to) {
  auto entries = kNeeded;
  for (auto& entry : entries)
    if (const auto at = entry.name.find(from); at != std::string::npos)
      entry.name.replace(at, from.size(), to);
  return entries;
}

std::vector<std::string> refused(const std::vector<WeightEntry>& given,
                                 const std::string& head = "") {
  return refusal([&] { match_weights(kNeeded, given, "w.pth", head); });
}

TEST(WeightsMatch, FindsTorchvisionsAndTheReferencePortsNames) {
  auto port = renamed("fc.", "linear.");
  port[1].name = "layer2.0.shortcut.0.weight";
  std::swap(port[0], port[3]);
  const std::vector<std::pair<std::vector<WeightEntry>, std::vector<std::size_t>>> cases = {
      {kNeeded, {0, 1, 2, 3, 4}}, {port, {3, 1, 2, 0, 4}}};
  for (const auto& [given, expected] : cases) {
    const auto match = match_weights(kNeeded, given, "w.pth");
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(match.sources[i].from, From::file);
      EXPECT_EQ(match.sources[i].index, expected[i]);
    }
  }
}

TEST(WeightsMatch, BatchNormsCounterMayBeMissing) {
  auto old = kNeeded;
  old.pop_back();
  EXPECT_EQ(match_weights(kNeeded, old, "w.pth").sources.back().from, From::zero);
}

TEST(WeightsMatch, ListsAllThatDoesNotFitByName) {
  auto given = kNeeded;
  given[0].shape = {64, 3, 7, 7};
  given[2].dtype = "U8";
  given.erase(given.begin() + 3);
  given.push_back({"layer4.0.conv1.weight", "F32", {512, 256, 3, 3}});
  given.push_back({"evil\nname", "F32", {}});
  EXPECT_THAT(refused(given),
              ElementsAre("w.pth: 'conv1.weight' has the shape [64, 3, 7, 7], the network needs "
                          "[16, 3, 3, 3]",
                          "w.pth: 'fc.weight' has the type U8, the network needs floating point",
                          "w.pth: 'fc.bias' is missing, the network needs [10]",
                          "w.pth: 'layer4.0.conv1.weight' [512, 256, 3, 3] is not part of the "
                          "network",
                          "w.pth: 'evil?name' [] is not part of the network"));
}

TEST(WeightsMatch, ALongListEndsWithACount) {
  auto given = kNeeded;
  for (int i = 0; i < 100; ++i) given.push_back({"x" + std::to_string(i), "F32", {1}});
  const auto lines = refused(given);
  ASSERT_EQ(lines.size(), 21);
  EXPECT_THAT(lines.back(), testing::HasSubstr("and 80 more that do not fit"));
}

TEST(WeightsMatch, TheHeadMayBeForOtherClassesWhereThatIsAskedFor) {
  auto given = kNeeded;
  given[2].shape = {1000, 64};
  given[3].shape = {1000};
  EXPECT_EQ(refused(given).size(), 2);
  const auto match = match_weights(kNeeded, given, "w.pth", "fc");
  EXPECT_EQ(match.sources[2].from, From::network);
  EXPECT_EQ(match.sources[3].from, From::network);
  EXPECT_EQ(match.sources[0].from, From::file);
  EXPECT_THAT(match.notes, ElementsAre("the head is new: 'fc.weight' is for 1000 classes, the "
                                       "network has 10"));
  EXPECT_TRUE(match_weights(kNeeded, kNeeded, "w.pth", "fc").notes.empty());
  given[2].shape = {1000, 128};
  EXPECT_EQ(refused(given, "fc").size(), 1);
  given[2].shape = {10, 64};
  given[3].shape = {10};
  given[0].shape = {64, 3, 3, 3};
  EXPECT_EQ(refused(given, "fc").size(), 1);
}

std::vector<std::string> assumed(const std::string& text) {
  return assumptions(parse_network(text), settings_given(text));
}

TEST(WeightsMatch, AssumesTheSettingsThatNeitherWeightsNorNameState) {
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
