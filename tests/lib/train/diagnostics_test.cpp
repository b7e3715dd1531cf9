#include "reslab/train/diagnostics.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "lib/train/small_training.h"

namespace reslab {
namespace {

constexpr DiagnosticsOptions kAll{true, true, true};

const LayerRecord* find(const std::vector<LayerRecord>& rows, const std::string& layer) {
  const auto found = std::ranges::find(rows, layer, &LayerRecord::layer);
  return found == rows.end() ? nullptr : &*found;
}

std::vector<LayerRecord> probe(const std::string& name, Network& network,
                               const at::Tensor& images) {
  SCOPED_TRACE(name);
  LayerProbe probe(network, kAll);
  const ObserverScope scope(probe);
  at::cross_entropy_loss(network.forward(images), torch::tensor({0, 3, 6, 1})).backward();
  return probe.read(12);
}

TEST(LayerProbe, MeasuresWhatAHandComputes) {
  const auto network = make_network(parse_network("highway-8"), 1);
  network->train();
  const auto images = torch::randn({4, 3, 16, 16});
  const auto rows = probe("highway-8", *network, images);
  const auto weights = network->named_parameters();

  // The stem, by hand: BatchNorm in training mode is (y - mean) / std, its scale 1 and shift 0.
  const auto y = at::conv2d(images, weights["conv1.weight"], {}, 1, 1);
  const auto mean = y.mean({0, 2, 3}, true);
  const auto variance = y.var({0, 2, 3}, false, true);
  const auto normalised = (y - mean) / (variance + 1e-5).sqrt();
  const auto* stem = find(rows, "conv1");
  ASSERT_NE(stem, nullptr);
  EXPECT_EQ(stem->iteration, 12);
  EXPECT_EQ(stem->index, 0);
  EXPECT_NEAR(*stem->response_std, normalised.std().item<double>(), 1e-5);
  EXPECT_NEAR(*stem->gradient_norm, weights["conv1.weight"].grad().norm().item<double>(), 1e-9);
  EXPECT_FALSE(stem->gate_mean);

  const auto t = at::sigmoid(at::conv2d(normalised.relu(), weights["layer1.0.gate.weight"],
                                        weights["layer1.0.gate.bias"]));
  const auto* gate = find(rows, "layer1.0.gate");
  ASSERT_NE(gate, nullptr);
  EXPECT_NEAR(*gate->gate_mean, t.mean().item<double>(), 1e-6);
  EXPECT_FALSE(gate->response_std);
  const auto* last = find(rows, "fc");
  ASSERT_NE(last, nullptr);
  EXPECT_FALSE(last->response_std);
  EXPECT_TRUE(last->gradient_norm);
}

TEST(LayerProbe, SeesEachConvolutionOfEachKindOfNetworkOnce) {
  const std::pair<const char*, std::size_t> cases[] = {
      {"plain-8", 7},
      {"resnet-8:shortcut=C", 7},  // the projections are the shortcut's
      {"resnet-11:block=bottleneck,shortcut=B", 10},
      {"plain-8:batch_norm=false", 7},
      {"highway-19", 18},
      {"resnet-8:activation=full-pre-activation", 6},  // the norms before the convolutions
  };
  for (const auto& [name, responses] : cases) {
    const auto network = make_network(parse_network(name), 1);
    const auto rows = probe(name, *network, torch::randn({4, 3, 16, 16}));
    std::size_t seen = 0;
    for (const auto& row : rows) seen += row.response_std ? 1 : 0;
    EXPECT_EQ(seen, responses) << name;
  }
}

TEST(LayerProbe, ForgetsWhatWasRead) {
  const auto network = make_network(parse_network("plain-8"), 1);
  LayerProbe probe(*network, {true, false, false});
  {
    const ObserverScope scope(probe);
    network->forward(torch::randn({2, 3, 8, 8}));
  }
  EXPECT_EQ(probe.read(1).size(), 7);
  EXPECT_TRUE(probe.read(2).empty());
}

TEST(Trainer, ComputesTheSameWithDiagnosticsOn) {
  for (const auto* name : {"highway-8", "resnet-8:survival=0.5"}) {
    Training without;
    without.network_name = name;
    without.begin();
    const auto expected = without.finish();

    Training with;
    with.network_name = name;
    with.begin();
    with.trainer->measure_layers(kAll);
    std::vector<std::int64_t> measured;
    std::size_t records = 0;
    while (!with.trainer->done()) {
      const auto record = with.trainer->advance();
      if (!record) continue;
      EXPECT_EQ(record->train.loss, expected[records].train.loss);
      ++records;
      ASSERT_FALSE(with.trainer->layers().empty());
      measured.push_back(with.trainer->layers().front().iteration);
    }
    EXPECT_EQ(records, expected.size());
    EXPECT_THAT(measured, testing::ElementsAre(4, 6, 8, 9));
    expect_equal_weights(*with.network, *without.network);
    EXPECT_GT(with.trainer->take_timing().diagnostics, 0);
  }
}

}  // namespace
}  // namespace reslab
