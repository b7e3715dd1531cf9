#include "reslab/model/highway_network.h"

#include <string>

#include "reslab/model/depths.h"
#include "reslab/model/observer.h"

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

HighwayLayer::HighwayLayer(const NetworkSpec& spec, std::int64_t channels, const LayerMaker& make)
    : conv1_(register_module("conv1", make.convolution(channels, channels, 3))),
      bn1_(make.norm(channels)) {
  register_module("bn1", bn1_.module());
  const std::int64_t kernel = spec.gate == GateKind::conv1x1 ? 1 : 3;
  gate_ = register_module("gate",
                          make.biased_convolution(channels, channels, kernel, 1, spec.gate_bias));
}

at::Tensor HighwayLayer::forward(const at::Tensor& x) {
  const auto t = at::sigmoid(Convolved(gate_, x).value());
  show_gate(*gate_, t);
  return x + t * (norm_relu(bn1_, Convolved(conv1_, x)) - x);
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
          std::to_string(layer), std::make_shared<HighwayLayer>(spec, channels[i], make)));
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
    x = norm_relu(stage.norm, Convolved(stage.convolution, drop(x)));
    for (auto& layer : stage.layers) x = layer->forward(x);
  }
  x = norm_relu(bn4_, Convolved(conv4_, x));
  return linear(fc_, drop(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1)));
}

}  // namespace reslab
