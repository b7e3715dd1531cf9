#include "reslab/model/highway_network.h"

#include <string>

#include "reslab/model/depths.h"

namespace reslab {
namespace {

constexpr std::int64_t kLastChannels = 100;

/// Channels of each stage: for depth 19 as in the authors' file, for depth 32 chosen to give the
/// published 1.25M parameters.
std::vector<std::int64_t> channels_of(const NetworkSpec& spec) {
  constexpr std::int64_t kDeepDepth = 32;
  return spec.depth == kDeepDepth ? std::vector<std::int64_t>{32, 48, 64}
                                  : std::vector<std::int64_t>{32, 80, 128};
}

}  // namespace

HighwayLayer::HighwayLayer(std::int64_t channels, const LayerMaker& make)
    : conv1_(register_module("conv1", make.convolution(channels, channels, 3))),
      bn1_(make.norm(channels)) {
  register_module("bn1", bn1_.module());
  gate_ = register_module("gate", make.gate(channels, channels, 1));
}

at::Tensor HighwayLayer::forward(const at::Tensor& x) {
  const auto t = gate_value(gate_, x);
  return x + t * (bn1_.relu(Convolved(conv1_, x)) - x);
}

HighwayNetwork::HighwayNetwork(const NetworkSpec& spec, const LayerMaker& make) : Network(spec) {
  const auto counts = blocks_per_stage(spec);
  const auto channels = channels_of(spec);
  auto in = spec.in_channels;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto number = std::to_string(i + 1);
    HighwayStage stage{register_module("conv" + number, make.convolution(in, channels[i], 3)),
                       make.norm(channels[i]),
                       {}};
    register_module("bn" + number, stage.norm.module());
    auto layers = std::make_shared<torch::nn::Module>();
    for (std::int64_t layer = 0; layer < counts[i]; ++layer)
      stage.layers.push_back(layers->register_module(
          std::to_string(layer), std::make_shared<HighwayLayer>(channels[i], make)));
    register_module("layer" + number, layers);
    stages_.push_back(std::move(stage));
    in = channels[i];
  }
  conv4_ = register_module("conv4", make.convolution(in, kLastChannels, 1));
  bn4_ = make.norm(kLastChannels);
  register_module("bn4", bn4_.module());
  fc_ = register_module("fc", make.linear(kLastChannels, spec.classes));
}

at::Tensor HighwayNetwork::drop(const at::Tensor& x) const {
  return is_training() && spec().dropout > 0 ? at::dropout(x, spec().dropout, true) : x;
}

at::Tensor HighwayNetwork::forward(const at::Tensor& images) {
  auto x = images;
  for (auto& stage : stages_) {
    if (&stage != &stages_.front()) x = at::max_pool2d(x, 2, 2);
    x = stage.norm.relu(Convolved(stage.convolution, drop(x)));
    for (auto& layer : stage.layers) x = layer->forward(x);
  }
  x = bn4_.relu(Convolved(conv4_, x));
  return linear(fc_, drop(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1)));
}

}  // namespace reslab
