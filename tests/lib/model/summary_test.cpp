#include "reslab/model/summary.h"

#include <gtest/gtest.h>

#include "lib/model/small_networks.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

struct NetworkMacs {
  const char* network;
  double macs;   // as the paper's tables give them
  double digit;  // the last digit given
};

// Table 1 and the numbers counted for Table 6; multiply-adds of convolutions and linear layers.
TEST(Summary, CountsThePapersMultiplyAdds) {
  for (const auto& [text, macs, digit] :
       std::vector<NetworkMacs>{{"resnet-20", 40.6e6, 0.1e6},
                                {"resnet-32", 68.9e6, 0.1e6},
                                {"resnet-44", 97.2e6, 0.1e6},
                                {"resnet-56", 125e6, 1e6},
                                {"plain-56", 125e6, 1e6},
                                {"resnet-110", 253e6, 1e6},
                                {"resnet-18", 1.8e9, 0.1e9},
                                {"resnet-34", 3.66e9, 0.01e9},
                                {"resnet-34:shortcut=A", 3.64e9, 0.01e9},
                                {"resnet-50", 3.86e9, 0.01e9},
                                {"resnet-50:stride_in=3x3", 4.09e9, 0.01e9},
                                {"resnet-101", 7.57e9, 0.01e9},
                                {"resnet-152", 11.28e9, 0.01e9},
                                {"resnet-1202", 2.83e9, 0.01e9},
                                {"plain-34", 3.64e9, 0.01e9},
                                {"highway-19", 331e6, 1e6},
                                {"alexnet", 0.714e9, 0.001e9},
                                {"vgg-19", 19.63e9, 0.01e9}}) {
    const auto spec = parse_network(text);
    const auto network = make_network(spec, 1);
    const auto summary = summarize(*network, default_image_size(spec));
    EXPECT_NEAR(static_cast<double>(summary.macs), macs, 0.6 * digit) << text;
    EXPECT_EQ(summary.parameters, parameter_count(*network)) << text;
    std::int64_t parameters = 0;
    for (const auto& layer : summary.layers) parameters += layer.parameters;
    EXPECT_EQ(parameters, summary.parameters) << text;
  }
}

// count_network() needs no LibTorch; LibTorch's traced graph is the reference.
TEST(Summary, EqualsTheCountsWithoutLibTorch) {
  auto networks = small_networks();
  for (const auto& network : large_networks()) networks.push_back(network);
  for (const auto& text : networks) {
    const auto spec = parse_network(text);
    const auto network = make_network(spec, 1);
    for (const auto size : {default_image_size(spec), smallest_image_size(spec.family) + 14}) {
      const auto summary = summarize(*network, size);
      const auto counts = count_network(spec, size);
      EXPECT_EQ(counts.parameters, summary.parameters) << text;
      EXPECT_EQ(counts.macs, summary.macs) << text << ' ' << size;
      EXPECT_EQ(counts.outputs, summary.outputs) << text << ' ' << size;
    }
  }
}

TEST(Summary, NamesTheLayersWithTheirShapes) {
  const auto network = make_network(parse_network("highway-8:shortcut=B,classes=7"), 1);
  const auto summary = summarize(*network, 16);
  const auto find = [&summary](const std::string& name) {
    for (const auto& layer : summary.layers)
      if (layer.name == name) return layer;
    ADD_FAILURE() << name << " is not there";
    return LayerSummary{};
  };
  EXPECT_EQ(find("layer2.0.conv1").operation, "conv 3×3, stride 2");
  EXPECT_EQ(find("layer2.0.conv1").output, (std::vector<std::int64_t>{32, 8, 8}));
  EXPECT_EQ(find("layer2.0.conv1").macs, 3 * 3 * 16 * 32 * 8 * 8);
  EXPECT_EQ(find("layer2.0.gate").parameters, 16 * 32 + 32);
  EXPECT_EQ(find("layer2.0.downsample.0").macs, 16 * 32 * 8 * 8);
  EXPECT_EQ(find("layer2.0.downsample.1").operation, "batch norm");
  EXPECT_EQ(find("fc").output, std::vector<std::int64_t>{7});
  EXPECT_EQ(find("fc").macs, 64 * 7);
}

TEST(Summary, TheLastStageHasTheSizeThatItsSpecTells) {
  for (const auto* text : {"resnet-8", "plain-8", "resnet-18", "resnet-18:stem=3x3", "resnet-50",
                           "wide-10:width=1", "highway-8"})
    for (const std::int64_t size : {32, 33, 47}) {
      const auto spec = parse_network(text);
      std::int64_t last = 0;
      for (const auto& layer : summarize(*make_network(spec, 1), size).layers)
        if (layer.output.size() == 3) last = layer.output[1];
      EXPECT_EQ(last_stage_size(spec, size), last) << text << " " << size;
    }
}

TEST(Summary, KnowsWhatComputesEachConvolution) {
  for (const auto* name : {"resnet-8:shortcut=B", "highway-8", "plain-8:batch_norm=false",
                           "resnet-8:activation=full-pre-activation", "highway-19"}) {
    const auto network = make_network(parse_network(name), 1);
    const auto summary = summarize(*network, 16);
    for (const bool training : {false, true}) {
      const auto found =
          implementations(*network, 16, {Precision::float32, Kernels::fused, at::kCPU}, training);
      for (const auto& layer : summary.layers) {
        if (layer.operation == "batch norm") continue;
        EXPECT_TRUE(found.contains(layer.name)) << name << ' ' << layer.name;
      }
    }
  }
}

TEST(Summary, TellsTrainingFromEvaluation) {
  const auto network = make_network(parse_network("resnet-8"), 1);
  const Execution execution{Precision::float32, Kernels::fused, at::kCPU};
  EXPECT_EQ(to_text(implementations(*network, 16, execution, true).at("layer1.0.conv1")),
            "Winograd fused with BatchNorm and ReLU");
  EXPECT_EQ(to_text(implementations(*network, 16, execution, false).at("layer1.0.conv1")),
            "Winograd, BatchNorm folded in");
  EXPECT_EQ(to_text(implementations(*network, 16, execution, true).at("layer2.0.conv1")),
            "LibTorch, BatchNorm and ReLU fused");
  EXPECT_EQ(to_text(implementations(*network, 16, execution, true).at("layer1.0.conv2")),
            "Winograd fused with BatchNorm, addition and ReLU");
}

TEST(Summary, NamesWhatComputesABatchNormApartFromItsConvolution) {
  const auto network = make_network(parse_network("resnet-8:shortcut=B"), 1);
  const Execution execution{Precision::float32, Kernels::fused, at::kCPU};
  const auto training = implementations(*network, 16, execution, true);
  EXPECT_EQ(to_text(training.at("layer2.0.downsample.0")), "LibTorch");
  EXPECT_EQ(to_text(training.at("layer2.0.downsample.1")), "LibTorch");
  EXPECT_FALSE(training.contains("layer2.0.bn1"));
  EXPECT_FALSE(implementations(*network, 16, execution, false).contains("layer2.0.downsample.1"));
}

TEST(Summary, LeavesTheNetworkInTheModeItWasIn) {
  const auto network = make_network(parse_network("resnet-8"), 1);
  network->train();
  summarize(*network, 16);
  EXPECT_TRUE(network->is_training());
}

}  // namespace
}  // namespace reslab
