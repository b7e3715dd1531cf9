#include "reslab/model/staged_network.h"

#include <numeric>
#include <string>

#include "reslab/model/depths.h"

namespace reslab {
namespace {

bool has_large_stem(const NetworkSpec& spec) {
  return spec.family == Family::imagenet && spec.stem == Stem::conv7x7;
}

}  // namespace

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

StagedNetwork::StagedNetwork(const NetworkSpec& spec, const LayerMaker& make)
    : Network(spec), channels_(spec.family == Family::imagenet ? 64 : 16) {
  conv1_ = register_module("conv1", has_large_stem(spec)
                                        ? make.convolution(spec.in_channels, channels_, 7, 2)
                                        : make.convolution(spec.in_channels, channels_, 3));
  const bool pre_activation = spec.activation == Activation::full_pre_activation;
  if (!pre_activation) {
    bn1_ = make.norm(channels_);
    register_module("bn1", bn1_->module());
  }
  add_stages(make);
  if (pre_activation) {
    bn_last_ = make.norm(channels_);
    register_module("bn_last", bn_last_->module());
  }
  fc_ = register_module("fc", make.linear(channels_, spec.classes));
}

void StagedNetwork::add_stages(const LayerMaker& make) {
  const auto counts = blocks_per_stage(spec());
  const auto blocks = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  auto width = channels_ * spec().width;
  std::int64_t number = 0;
  for (const auto count : counts) {
    auto stage = std::make_shared<Stage>();
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t stride = i == 0 && !stages_.empty() ? 2 : 1;
      const BlockShape shape{channels_, width * layout_of(spec().block).expansion(), stride};
      ++number;
      const auto dropped =
          static_cast<double>(number) / static_cast<double>(blocks) * (1 - spec().survival);
      stage->append(
          std::make_shared<Block>(spec(), shape, BlockPlace{number == 1, 1 - dropped}, make));
      channels_ = shape.out_channels;
    }
    stages_.push_back(register_module("layer" + std::to_string(stages_.size() + 1), stage));
    width *= 2;
  }
}

at::Tensor StagedNetwork::stem(const at::Tensor& images) {
  const Convolved y(conv1_, images);
  const auto x = bn1_ ? bn1_->relu(y) : y.value();
  return has_large_stem(spec()) ? at::max_pool2d(x, 3, 2, 1) : x;
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
