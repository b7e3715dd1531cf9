#include "reslab/model/network.h"

#include <string>

#include <torch/utils.h>

#include "reslab/error.h"
#include "reslab/model/layers.h"

namespace reslab {

void Stage::append(std::shared_ptr<Block> block) {
  blocks_.push_back(register_module(std::to_string(blocks_.size()), std::move(block)));
}

at::Tensor Stage::forward(at::Tensor x) {
  for (auto& block : blocks_) x = block->forward(x);
  return x;
}

Network::Network(const NetworkSpec& spec, const BatchNormOptions& norm) : spec_(spec) {
  if (const auto lines = problems(spec); !lines.empty()) throw InvalidInput(lines);
  const bool cifar = spec.family == Family::cifar;
  const std::int64_t first_channels = cifar ? 16 : 64;
  conv1_ = register_module("conv1", cifar ? convolution(spec.in_channels, first_channels, 3)
                                          : convolution(spec.in_channels, first_channels, 7, 2));
  bn1_ = register_module("bn1", batch_norm(first_channels, norm));

  auto in_channels = first_channels;
  auto channels = first_channels;
  for (const auto blocks : blocks_per_stage(spec)) {
    auto stage = std::make_shared<Stage>();
    for (std::int64_t i = 0; i < blocks; ++i) {
      const std::int64_t stride = i == 0 && !stages_.empty() ? 2 : 1;
      stage->append(make_block(spec, in_channels, channels, stride, norm));
      in_channels = channels * expansion(spec.block);
    }
    stages_.push_back(register_module("layer" + std::to_string(stages_.size() + 1), stage));
    channels *= 2;
  }
  fc_ = register_module("fc", linear(in_channels, spec.classes));
}

at::Tensor Network::forward(at::Tensor x) {
  x = norm_relu(bn1_, conv1_->forward(x));
  if (spec_.family == Family::imagenet) x = at::max_pool2d(x, 3, 2, 1);
  for (auto& stage : stages_) x = stage->forward(x);
  // Written so that tracing bakes in neither the batch's nor the image's size.
  return fc_->forward(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1));
}

std::shared_ptr<Network> make_network(const NetworkSpec& spec, std::uint64_t seed,
                                      const BatchNormOptions& norm) {
  torch::manual_seed(seed);
  return std::make_shared<Network>(spec, norm);
}

std::int64_t parameter_count(const torch::nn::Module& network) {
  std::int64_t count = 0;
  for (const auto& parameter : network.parameters()) count += parameter.numel();
  return count;
}

}  // namespace reslab
