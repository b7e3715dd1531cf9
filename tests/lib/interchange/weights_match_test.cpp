#include "reslab/interchange/weights_match.h"

#include <gmock/gmock.h>

#include "refusal.h"

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

TEST(WeightsMatch, CountersMayBeFloatingPointOrAListOfOne) {
  for (const auto& [dtype, shape] : std::vector<std::pair<std::string, std::vector<std::int64_t>>>{
           {"F32", {}}, {"F64", {1}}, {"I32", {1, 1}}}) {
    auto given = kNeeded;
    given[4] = {"bn1.num_batches_tracked", dtype, shape};
    EXPECT_EQ(match_weights(kNeeded, given, "w.pth").sources[4].index, 4);
  }
}

TEST(WeightsMatch, SaysUpToThreeErrorsOneByOne) {
  auto given = kNeeded;
  given[0].shape = {64, 3, 7, 7};
  given[2].dtype = "U8";
  given.erase(given.begin() + 3);
  EXPECT_THAT(refused(given),
              ElementsAre("w.pth: 'conv1.weight' has the shape [64, 3, 7, 7], the network needs "
                          "[16, 3, 3, 3]",
                          "w.pth: 'fc.weight' has the type U8, the network needs floating point",
                          "w.pth: 'fc.bias' [10] is missing"));
  EXPECT_THAT(refused({kNeeded[0], kNeeded[1], kNeeded[2], kNeeded[3], {"evil\nname", "F32", {}}}),
              ElementsAre("w.pth: 'evil?name' [] is not part of the network"));
}

TEST(WeightsMatch, SaysMoreErrorsInThreeLines) {
  std::vector<WeightEntry> given = {{"conv1.weight", "F32", {16, 1, 3, 3}}};
  for (int i = 0; i < 100; ++i) given.push_back({"x" + std::to_string(i), "F32", {1}});
  EXPECT_THAT(
      refused(given),
      ElementsAre(
          "w.pth: holds 101 tensors: 'conv1.weight' [16, 1, 3, 3], 'x0' [1], 'x1' [1], …",
          "w.pth: the network needs 5 tensors; missing 3: 'layer2.0.downsample.0.weight' [32, "
          "16, 1, 1], 'fc.weight' [10, 64], 'fc.bias' [10]; of another shape 1: "
          "'conv1.weight' [16, 1, 3, 3]; not part of it 100: 'x0' [1], 'x1' [1], 'x2' [1], …",
          "w.pth: no network has such names; expected torchvision's, such as "
          "'layer1.0.conv1.weight'"));
}

/// The entries of a CIFAR network of basic blocks, with shortcut A.
std::vector<WeightEntry> cifar_entries(int blocks, std::int64_t channels = 16,
                                       const std::string& dtype = "F32") {
  std::vector<WeightEntry> entries;
  const auto add = [&](const std::string& convolution, const std::string& bn, std::int64_t in,
                       std::int64_t out) {
    entries.push_back({convolution + ".weight", dtype, {out, in, 3, 3}});
    for (const std::string name : {"weight", "bias", "running_mean", "running_var"})
      entries.push_back({bn + "." + name, "F32", {out}});
  };
  add("conv1", "bn1", 3, channels);
  for (int stage = 1; stage <= 3; ++stage)
    for (int block = 0; block < blocks; ++block) {
      const auto at = "layer" + std::to_string(stage) + "." + std::to_string(block) + ".";
      const auto out = channels << (stage - 1);
      add(at + "conv1", at + "bn1", block == 0 && stage > 1 ? out / 2 : out, out);
      add(at + "conv2", at + "bn2", out, out);
    }
  entries.push_back({"fc.weight", "F32", {10, channels * 4}});
  entries.push_back({"fc.bias", "F32", {10}});
  return entries;
}

TEST(WeightsMatch, SaysWhatTheDifferencesMean) {
  const auto needed = cifar_entries(3);
  const auto lines = [&](std::vector<WeightEntry> given) {
    return refusal([&] { match_weights(needed, given, "w.pth", "fc"); });
  };
  const auto advice = [&](const std::vector<WeightEntry>& given) {
    const auto found = lines(given);
    EXPECT_EQ(found.size(), 3);
    return found.empty() ? "" : found.back();
  };
  const auto integers = lines(cifar_entries(3, 16, "I8"));
  ASSERT_EQ(integers.size(), 3);
  EXPECT_THAT(integers[1], testing::HasSubstr("of another type 19: 'conv1.weight' I8, "));
  EXPECT_THAT(integers[2], testing::HasSubstr("expected F16, BF16, F32 or F64"));
  EXPECT_THAT(advice(cifar_entries(3, 32)), testing::HasSubstr("no network of ResLab has exactly"));
  EXPECT_THAT(advice(cifar_entries(9)), testing::HasSubstr("the nearest network is resnet-56"));

  auto parameters = needed;
  std::erase_if(parameters, [](const auto& e) { return e.name.find("running") != e.name.npos; });
  EXPECT_THAT(advice(parameters), testing::HasSubstr("expected model.state_dict()"));
  std::vector<WeightEntry> pruned;
  std::vector<WeightEntry> parametrized;
  for (const auto& entry : needed) {
    const bool changed = entry.shape.size() == 4;
    for (const std::string ending : {"_orig", "_mask"})
      if (changed || ending == "_orig")
        pruned.push_back({entry.name + (changed ? ending : ""), "F32", entry.shape});
    const auto layer = entry.name.substr(0, entry.name.rfind('.'));
    parametrized.push_back(
        {changed ? layer + ".parametrizations.weight.original1" : entry.name, "F32", entry.shape});
  }
  EXPECT_THAT(advice(pruned), testing::HasSubstr("torch.nn.utils.prune.remove"));
  EXPECT_THAT(advice(parametrized), testing::HasSubstr("remove_parametrizations"));

  auto preactivation = needed;  // as kuangliu's, without a BatchNorm at either end
  std::erase_if(preactivation, [](const auto& e) { return e.name.starts_with("bn1."); });
  EXPECT_THAT(advice(preactivation), testing::HasSubstr("no network of ResLab has exactly"));
}

TEST(WeightsMatch, NamesTheNearestNetwork) {
  std::vector<WeightEntry> given = {{"conv1.weight", "F32", {64, 3, 3, 3}},
                                    {"bn1.weight", "F32", {64}},
                                    {"linear.weight", "F32", {10, 512}}};
  for (const std::string stage : {"1", "2", "3", "4"})
    for (const std::string block : {"0", "1"}) {
      for (const std::string layer : {"conv1", "conv2"})
        given.push_back(
            {"layer" + stage + "." + block + "." + layer + ".weight", "F32", {64, 64, 3, 3}});
      if (stage != "1" && block == "0")
        given.push_back({"layer" + stage + ".0.shortcut.0.weight", "F32", {128, 64, 1, 1}});
    }
  EXPECT_THAT(refused(given).back(),
              testing::HasSubstr("the nearest network is resnet-18:stem=3x3,classes=10"));
}

TEST(WeightsMatch, ANewHeadIsMadeOnlyWhereThatIsAskedFor) {
  const auto one_line = [](const std::vector<WeightEntry>& given) {
    const auto lines = refused(given, "fc");
    EXPECT_EQ(lines.size(), 1);
    return lines.empty() ? "" : lines.front();
  };
  const auto note = [](const std::vector<WeightEntry>& given) {
    const auto match = match_weights(kNeeded, given, "w.pth", "fc", Head::may_differ);
    EXPECT_EQ(match.sources[0].from, From::file);
    EXPECT_EQ(match.sources[2].from, From::network);
    EXPECT_EQ(match.sources[3].from, From::network);
    EXPECT_EQ(match.notes.size(), 1);
    return match.notes.empty() ? "" : match.notes.front();
  };
  auto other_classes = kNeeded;
  other_classes[2].shape = {1000, 64};
  other_classes[3].shape = {1000};
  EXPECT_EQ(note(other_classes),
            "the head is new: 'fc.weight' is for 1000 classes, the network has 10");
  EXPECT_THAT(one_line(other_classes), testing::StartsWith("w.pth: 'fc.weight' is for 1000"));
  const std::vector<WeightEntry> none = {kNeeded[0], kNeeded[1], kNeeded[4]};
  EXPECT_EQ(note(none), "the head is new: the file lacks the last layer, 'fc.weight' [10, 64]");
  EXPECT_THAT(one_line(none), testing::HasSubstr("expected the weights of a whole network"));
  const std::vector<WeightEntry> without_bias = {kNeeded[0], kNeeded[1], kNeeded[2], kNeeded[4]};
  EXPECT_EQ(note(without_bias), "the head is new: the last layer's 'fc.bias' [10] is missing");
  EXPECT_THAT(one_line(without_bias), testing::StartsWith("w.pth: the last layer's 'fc.bias'"));
  for (const std::string layer : {"fc.1", "head.fc", "projector.0"}) {
    auto foreign = none;
    foreign.push_back({layer + ".weight", "F32", {128, 64}});
    EXPECT_EQ(note(foreign), "the head is new: the file's last layer is '" + layer +
                                 ".weight' [128, 64], the network's is 'fc.weight' [10, 64]");
    one_line(foreign);
  }
  EXPECT_TRUE(match_weights(kNeeded, kNeeded, "w.pth", "fc", Head::may_differ).notes.empty());
}

TEST(WeightsMatch, ANewHeadHidesNoOtherDifference) {
  const auto lines = [](const std::vector<WeightEntry>& given) {
    return refusal([&] { match_weights(kNeeded, given, "w.pth", "fc", Head::may_differ); });
  };
  auto given = kNeeded;
  given[2].shape = {1000, 128};
  EXPECT_EQ(lines(given).size(), 1);
  given = kNeeded;
  given[2].shape = {1000, 64};
  given[0].shape = {64, 3, 3, 3};
  EXPECT_EQ(lines(given).size(), 1);
  EXPECT_THAT(lines({kNeeded[0], kNeeded[1], {"layer2.0.downsample.1.weight", "F32", {32}}}),
              ElementsAre("w.pth: 'layer2.0.downsample.1.weight' [32] is not part of the network"));
}

TEST(WeightsMatch, KnowsTheNamesOfOtherRepositories) {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"linear.weight", "fc.weight"},
      {"layer3.1.shortcut.1.running_mean", "layer3.1.downsample.1.running_mean"},
      {"conv1.0.weight", "conv1.weight"},
      {"conv1.1.running_var", "bn1.running_var"},
      {"conv2_x.0.residual_function.0.weight", "layer1.0.conv1.weight"},
      {"conv3_x.1.residual_function.1.bias", "layer2.1.bn1.bias"},
      {"conv4_x.0.residual_function.3.weight", "layer3.0.conv2.weight"},
      {"conv5_x.2.residual_function.4.running_mean", "layer4.2.bn2.running_mean"},
      {"conv5_x.2.residual_function.6.weight", "layer4.2.conv3.weight"},
      {"conv5_x.2.residual_function.7.weight", "layer4.2.bn3.weight"},
      {"conv3_x.0.shortcut.0.weight", "layer2.0.downsample.0.weight"},
      {"conv2_x.0.residual_function.2.weight", "layer1.0.residual_function.2.weight"},
      {"layer1.0.conv1.weight", "layer1.0.conv1.weight"},
      {"features.0.weight", "features.0.weight"},
  };
  for (const auto& [name, expected] : names) EXPECT_EQ(torchvision_name(name), expected);
}

}  // namespace
}  // namespace reslab
