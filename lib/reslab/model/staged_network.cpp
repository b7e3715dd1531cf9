#include "reslab/model/staged_network.h"

#include <string>

namespace reslab {

void Stage::append(std::shared_ptr<Block> block) {
  blocks_.push_back(register_module(std::to_string(blocks_.size()), std::move(block)));
}

at::Tensor Stage::forward(at::Tensor x) {
  for (auto& block : blocks_) x = block->forward(x);
  return x;
}

void Stage::draw_depth() {
  for (auto& block : blocks_) block->draw_depth();
}

StagedNetwork::StagedNetwork(const NetworkSpec& spec, const LayerMaker& make) : Network(spec) {
  const auto layers = staged_layers(spec);
  conv1_ = register_module("conv1", make.convolution(layers.stem));
  if (layers.stem_has_norm) {
    bn1_ = make.norm(layers.stem.out_channels);
    register_module("bn1", bn1_->module());
  }
  pooling_ = layers.pooling;
  add_stages(layers, make);
  if (!layers.stem_has_norm) {
    bn_last_ = make.norm(layers.head.in_features);
    register_module("bn_last", bn_last_->module());
  }
  fc_ = register_module("fc", make.linear(layers.head));
}

void StagedNetwork::add_stages(const StagedLayers& layers, const LayerMaker& make) {
  std::size_t blocks = 0;
  for (const auto& stage : layers.stages) blocks += stage.size();
  std::size_t number = 0;
  for (const auto& shapes : layers.stages) {
    auto stage = std::make_shared<Stage>();
    for (const auto& shape : shapes) {
      ++number;
      const auto dropped =
          static_cast<double>(number) / static_cast<double>(blocks) * (1 - spec().survival);
      stage->append(
          std::make_shared<Block>(spec(), shape, BlockPlace{number == 1, 1 - dropped}, make));
    }
    stages_.push_back(register_module("layer" + std::to_string(stages_.size() + 1), stage));
  }
}

at::Tensor StagedNetwork::stem(const at::Tensor& images) {
  const Convolved y(conv1_, images);
  const auto x = bn1_ ? bn1_->relu(y) : y.value();
  return pooling_ ? at::max_pool2d(x, pooling_->window, pooling_->stride, pooling_->padding) : x;
}

at::Tensor StagedNetwork::forward(const at::Tensor& images) {
  auto x = stem(images);
  for (auto& stage : stages_) x = stage->forward(x);
  if (bn_last_) x = bn_last_->relu(x);
  if (spec().activation == Activation::relu_only_pre_activation) x = x.relu();
  // Pooling and flatten(1) keep the batch size and the image size out of a traced graph.
  return linear(fc_, at::adaptive_avg_pool2d(x, {1, 1}).flatten(1));
}

void StagedNetwork::draw_depth() {
  for (auto& stage : stages_) stage->draw_depth();
}

}  // namespace reslab
