#include "reslab/model/network_name.h"

#include <gmock/gmock.h>

#include "reslab/base/error.h"

namespace reslab {
namespace {

using testing::HasSubstr;

std::vector<std::string> refusals(const std::string& text) {
  try {
    parse_network(text);
  } catch (const InvalidInput& error) {
    return error.lines();
  }
  return {};
}

TEST(NetworkName, ReadsBackAsItself) {
  for (const auto* text : {"resnet-20",
                           "plain-56",
                           "highway-56:gate_bias=-1.5",
                           "resnet-34:shortcut=C",
                           "resnet-18",
                           "resnet-110:block=bottleneck,shortcut=B",
                           "resnet-20:padding=both",
                           "resnet-1202",
                           "resnet-50:stride_in=3x3",
                           "resnet-50:family=cifar",
                           "resnet-164",
                           "resnet-32:classes=100",
                           "highway-20:shortcut=B,in_channels=1",
                           "resnet-110:activation=full-pre-activation",
                           "resnet-164:activation=full-pre-activation,shortcut=B",
                           "wide-28",
                           "wide-40:width=4",
                           "highway-19",
                           "highway-32",
                           "highway-32:family=highway",
                           "highway-19:gate=1x1,gate_bias=-4",
                           "highway-110:gating=shortcut-only,gate_bias=-6",
                           "alexnet",
                           "alexnet:classes=10",
                           "vgg-19",
                           "vgg-16:batch_norm=true",
                           "resnet-110:survival=0.5",
                           "resnet-110:shortcut_dropout=0.5",
                           "resnet-110:residual_scale=0.5,shortcut_scale=0.5",
                           "plain-20:initialization=xavier",
                           "plain-20:batch_norm=false,initialization=normal,sigma=0.02",
                           "resnet-26:width=10"})
    EXPECT_EQ(name(parse_network(text)), text);
}

TEST(NetworkName, LeavesOutWhatIsDefaultOrUnused) {
  EXPECT_EQ(name(parse_network("resnet-20:shortcut=A,family=cifar,classes=10")), "resnet-20");
  auto plain = parse_network("plain-56");
  plain.gate_bias = -1;
  plain.shortcut = Shortcut::C;
  EXPECT_EQ(name(plain), "plain-56");
}

TEST(NetworkName, TakesSettingsInAnyOrder) {
  EXPECT_EQ(parse_network("resnet-20:shortcut=B,block=bottleneck,family=cifar,depth=29"),
            parse_network("resnet-29:block=bottleneck,shortcut=B"));
}

TEST(NetworkDefaults, FollowTheDepth) {
  EXPECT_EQ(parse_network("resnet-34").shortcut, Shortcut::B);
  EXPECT_EQ(parse_network("resnet-34").classes, 1000);
  EXPECT_EQ(parse_network("resnet-34").block, BlockKind::basic);
  EXPECT_EQ(parse_network("resnet-101").block, BlockKind::bottleneck);
  EXPECT_EQ(parse_network("resnet-1001").block, BlockKind::bottleneck);
  EXPECT_EQ(parse_network("resnet-1001").family, Family::cifar);
  EXPECT_EQ(parse_network("resnet-44").family, Family::cifar);
  EXPECT_EQ(parse_network("highway-56").gate_bias, -3);
}

struct Refused {
  const char* text;
  const char* line;
};

TEST(NetworkName, RefusesWithOneClearLineForEachError) {
  const std::vector<Refused> cases = {
      {"resnet-21", "possible: 8, 14, 20, 26, 32, 38, 44, 50, 56, and every other 6n+2 up to 1202"},
      {"resnet-36:family=imagenet", "possible: 18, 34"},
      {"resnet-60:block=bottleneck", "possible: 11, 20, 29"},
      {"resnet", "expected a depth"},
      {"resent-20", "did you mean 'resnet'?"},
      {"resnet-20:shortcut=D", "one of 'A', 'B', 'C'"},
      {"resnet-20:shortcutt=A", "did you mean 'shortcut'?"},
      {"resnet-20:shortcut", "expected key=value"},
      {"resnet-20:classes=10,classes=12", "given twice"},
      {"resnet-20:classes=-3", "classes"},
      {"plain-20:shortcut=B", "a plain network has no shortcut"},
      {"resnet-20:gate_bias=-3", "only a highway network has gates"},
      {"resnet-x", "depth"},
      {"wide-28:block=basic", "only CIFAR and ImageNet networks have it"},
      {"wide-26", "possible: 10, 16, 22, 28"},
      {"vgg-12", "no VGG network has 12 layers; possible: 11, 13, 16, 19"},
      {"vgg-x", "depth"},
      {"alexnet-8", "'alexnet' alone"},
      {"vgg-19:connection=residual", "AlexNet and VGG are plain"},
      {"resnet-19:family=highway", "expected 'highway'"},
      {"highway-20:survival=0.5", "only residual blocks have it"},
      {"plain-20:gating=shortcut-only", "only a highway network has gates"},
      {"highway-19:gating=shortcut-only", "the highway family has one kind"},
      {"resnet-20:sigma=0.1", "only the normal initialization has it"},
      {"resnet-18:width=2", "only CIFAR and wide networks have it"},
      {"resnet-20:shortcut_scale=0", "shortcut_scale"},
  };
  for (const auto& [text, line] : cases) {
    const auto lines = refusals(text);
    ASSERT_EQ(lines.size(), 1) << text;
    EXPECT_THAT(lines.front(), HasSubstr(line)) << text;
    EXPECT_THAT(lines.front(), HasSubstr(text));
  }
  EXPECT_EQ(refusals("resnet-20:clases=3,shortcut=D,gate_bias=1").size(), 3);
}

}  // namespace
}  // namespace reslab
