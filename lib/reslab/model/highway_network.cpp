#include "reslab/model/highway_network.h"

#include <string>

namespace reslab {

HighwayLayer::HighwayLayer(const HighwayLayers::Stage& stage, const LayerMaker& make)
    : conv1_(register_module("conv1", make.convolution(stage.transform))),
      bn1_(make.norm(stage.transform.out_channels)) {
  register_module("bn1", bn1_.module());
  gate_ = register_module("gate", make.gate(stage.gate));
}

at::Tensor HighwayLayer::forward(const at::Tensor& x) {
  const auto t = gate_value(gate_, x);
  return x + t * (bn1_.relu(Convolved(conv1_, x)) - x);
}

HighwayNetwork::HighwayNetwork(const NetworkSpec& spec, const LayerMaker& make) : Network(spec) {
  const auto shapes = highway_layers(spec);
  pooling_ = shapes.pooling;
  for (const auto& shape : shapes.stages) {
    const auto number = std::to_string(stages_.size() + 1);
    HighwayStage stage{register_module("conv" + number, make.convolution(shape.convolution)),
                       make.norm(shape.convolution.out_channels),
                       {}};
    register_module("bn" + number, stage.norm.module());
    auto layers = std::make_shared<torch::nn::Module>();
    for (std::int64_t layer = 0; layer < shape.count; ++layer)
      stage.layers.push_back(layers->register_module(std::to_string(layer),
                                                     std::make_shared<HighwayLayer>(shape, make)));
    register_module("layer" + number, layers);
    stages_.push_back(std::move(stage));
  }
  conv4_ = register_module("conv4", make.convolution(shapes.last));
  bn4_ = make.norm(shapes.last.out_channels);
  register_module("bn4", bn4_.module());
  fc_ = register_module("fc", make.linear(shapes.head));
}

at::Tensor HighwayNetwork::drop(const at::Tensor& x) const {
  return is_training() && spec().dropout > 0 ? at::dropout(x, spec().dropout, true) : x;
}

at::Tensor HighwayNetwork::forward(const at::Tensor& images) {
  auto x = images;
  for (auto& stage : stages_) {
    if (&stage != &stages_.front()) x = at::max_pool2d(x, pooling_.window, pooling_.stride);
    x = stage.norm.relu(Convolved(stage.convolution, drop(x)));
    for (auto& layer : stage.layers) x = layer->forward(x);
  }
  x = bn4_.relu(Convolved(conv4_, x));
  return linear(fc_, drop(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1)));
}

}  // namespace reslab
