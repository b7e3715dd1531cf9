#include "reslab/model/network.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/model/small_networks.h"
#include "lib/test_device.h"
#include "refusal.h"
#include "reslab/base/error.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

struct NetworkParameters {
  const char* network;
  std::int64_t parameters;
};

void PrintTo(const NetworkParameters& entry, std::ostream* out) { *out << entry.network; }

class ParameterCount : public testing::TestWithParam<NetworkParameters> {};

// The numbers derived from the paper's tables by counting.
TEST_P(ParameterCount, IsThePapers) {
  const auto [text, parameters] = GetParam();
  EXPECT_EQ(parameter_count(*make_network(parse_network(text), 1)), parameters);
}

INSTANTIATE_TEST_SUITE_P(
    DeepResidualLearning, ParameterCount,
    testing::Values(
        NetworkParameters{"resnet-20", 269'722}, NetworkParameters{"resnet-32", 464'154},
        NetworkParameters{"resnet-44", 658'586}, NetworkParameters{"resnet-56", 853'018},
        NetworkParameters{"resnet-110", 1'727'962}, NetworkParameters{"resnet-1202", 19'421'274},
        NetworkParameters{"plain-56", 853'018}, NetworkParameters{"resnet-18", 11'689'512},
        NetworkParameters{"resnet-34", 21'797'672}, NetworkParameters{"resnet-50", 25'557'032},
        NetworkParameters{"resnet-101", 44'549'160}, NetworkParameters{"resnet-152", 60'192'808},
        NetworkParameters{"resnet-50:stride_in=3x3", 25'557'032},
        NetworkParameters{"resnet-18:shortcut=A", 11'515'688},
        NetworkParameters{"resnet-34:shortcut=A", 21'623'848},
        NetworkParameters{"resnet-34:shortcut=C", 22'716'840},
        NetworkParameters{"plain-18", 11'515'688}, NetworkParameters{"plain-34", 21'623'848}));

INSTANTIATE_TEST_SUITE_P(
    ItsNeighbours, ParameterCount,
    testing::Values(
        NetworkParameters{"resnet-110:activation=full-pre-activation", 1'727'962},
        NetworkParameters{"resnet-164:activation=full-pre-activation,shortcut=B", 1'703'258},
        NetworkParameters{"resnet-1001:activation=full-pre-activation,shortcut=B", 10'327'706},
        NetworkParameters{"wide-40:width=4", 8'949'210},
        NetworkParameters{"wide-16:width=8", 10'961'370}, NetworkParameters{"wide-28", 36'479'194},
        NetworkParameters{"highway-19", 2'256'838}, NetworkParameters{"alexnet", 61'100'840},
        NetworkParameters{"vgg-19", 143'667'240}));

class EveryNetwork : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Kinds, EveryNetwork, testing::ValuesIn(small_networks()));

void expect_logits_and_gradients(const std::string& name) {
  const auto network = make_network(parse_network(name), 1);
  network->to(test_device());
  // Stochastic depth leaves some parameters out of a training step.
  if (is_random(network->spec())) network->eval();
  const auto& spec = network->spec();
  const auto size = default_image_size(spec) == 32
                        ? 16
                        : std::max<std::int64_t>(40, smallest_image_size(spec.family));
  const auto images = torch::randn({3, network->spec().in_channels, size, size}, test_device());
  const auto logits = network->forward(images);
  EXPECT_EQ(logits.sizes(), (std::vector<std::int64_t>{3, network->spec().classes}));
  at::cross_entropy_loss(logits, torch::tensor({0, 3, 6}, test_device())).backward();
  for (const auto& parameter : network->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_TRUE(parameter.value().grad().isfinite().all().item<bool>()) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().sum().item<double>(), 0) << parameter.key();
  }
}

TEST_P(EveryNetwork, GivesLogitsForEachImageAndAGradientToEachParameter) {
  expect_logits_and_gradients(GetParam());
}

class LargeNetwork : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Ancestors, LargeNetwork, testing::ValuesIn(large_networks()));

TEST_P(LargeNetwork, GivesLogitsForEachImageAndAGradientToEachParameter) {
  expect_logits_and_gradients(GetParam());
}

TEST_P(EveryNetwork, IsAFunctionOfItsSeed) {
  const auto spec = parse_network(GetParam());
  const auto first = make_network(spec, 5)->parameters();
  const auto again = make_network(spec, 5)->parameters();
  const auto other = make_network(spec, 6)->parameters();
  EXPECT_FALSE(first.front().equal(other.front()));
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(first[i].equal(again[i]));
}

TEST(Network, LeavesTheGlobalGeneratorAlone) {
  torch::manual_seed(3);
  torch::randn({5});  // an odd number: one normal number of a pair is kept
  const auto before = at::detail::getDefaultCPUGenerator().get_state();
  make_network(parse_network("resnet-8:shortcut=C"), 1);
  EXPECT_TRUE(at::detail::getDefaultCPUGenerator().get_state().equal(before));
}

TEST(Network, HasTorchvisionsNames) {
  const auto names = make_network(parse_network("resnet-18"), 1)->named_parameters().keys();
  const std::set<std::string> known(names.begin(), names.end());
  for (const auto* name : {"conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight",
                           "layer2.0.downsample.0.weight", "layer2.0.downsample.1.bias",
                           "layer4.1.bn2.weight", "fc.weight", "fc.bias"})
    EXPECT_TRUE(known.contains(name)) << name;
}

TEST(Network, StartsWithConvolutionsOfHesVariance) {
  const auto network = make_network(parse_network("resnet-50"), 1);
  const auto weight = network->named_parameters()["layer3.0.conv2.weight"];
  const auto expected = std::sqrt(2.0 / (9 * 256));
  EXPECT_NEAR(weight.std().item<double>(), expected, 0.01 * expected);
  EXPECT_NEAR(weight.mean().item<double>(), 0, 0.01 * expected);
}

TEST(Network, HighwayGatesStartAtTheirBias) {
  const auto network = make_network(parse_network("highway-8:gate_bias=-5"), 1);
  const auto bias = network->named_parameters()["layer2.0.gate.bias"];
  EXPECT_TRUE(bias.equal(torch::full({32}, -5.0)));
}

TEST(Network, WithClosedGatesAHighwayBlockIsItsShortcut) {
  const auto network = make_network(parse_network("highway-8:gate_bias=-100"), 1);
  network->eval();
  const auto images = torch::randn({2, 3, 16, 16});
  const auto before = network->forward(images);
  {
    const torch::NoGradGuard no_grad;
    network->named_parameters()["layer2.0.conv2.weight"].mul_(3);
  }
  EXPECT_TRUE(network->forward(images).equal(before));
}

TEST(Network, StochasticDepthLeavesBlocksOutInTrainingAndWeighsThemInEvaluation) {
  const auto network = make_network(parse_network("resnet-20:survival=0.01"), 1);
  const auto images = torch::randn({2, 3, 8, 8});
  torch::manual_seed(1);
  network->draw_depth();
  network->forward(images).sum().backward();
  const auto left_out = [&network] {
    int count = 0;
    for (const auto& parameter : network->parameters()) count += parameter.grad().defined() ? 0 : 1;
    return count;
  };
  EXPECT_GT(left_out(), 0);
  network->eval();
  network->forward(images).sum().backward();
  EXPECT_EQ(left_out(), 0);
}

TEST(Network, StartsWithTheInitializationItWasTold) {
  const auto deviation = [](const std::string& name) {
    return make_network(parse_network(name), 1)
        ->named_parameters()["layer3.0.conv2.weight"]
        .std()
        .item<double>();
  };
  EXPECT_NEAR(deviation("plain-8:initialization=normal,sigma=0.02"), 0.02, 0.0005);
  EXPECT_NEAR(deviation("plain-8:initialization=xavier"), std::sqrt(2.0 / (9 * 64 + 9 * 64)),
              0.001);
}

TEST(Network, RefusesADepthThatDoesNotExist) {
  NetworkSpec spec;
  spec.depth = 21;
  EXPECT_THROW(make_network(spec, 1), InvalidInput);
}

TEST(Network, ThatDoesNotFitIntoTheMemoryIsRefused) {
  NetworkSpec spec;
  spec.depth = 1202;
  spec.width = 10000;
  const auto lines = refusal([&] { make_network(spec, 1); });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines.front().find("its weights take"), std::string::npos);
}

}  // namespace
}  // namespace reslab
