#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "reslab/model/block.h"
#include "reslab/model/network.h"

namespace reslab {

/// Blocks at one resolution, named "0", "1", … as in torchvision.
class Stage : public torch::nn::Module {
 public:
  void append(std::shared_ptr<Block> block);
  at::Tensor forward(at::Tensor x);
  void draw_depth();

 private:
  std::vector<std::shared_ptr<Block>> blocks_;
};

/// A network of stem, stages and head: the CIFAR, ImageNet and wide families, plain, residual or
/// highway. Layers are named conv1, bn1, layer1.0.conv1, …, fc; gates layerS.N.gate. With full
/// pre-activation the stem has no bn1, since the first block begins with one, and `bn_last` follows
/// the last block.
class StagedNetwork : public Network {
 public:
  StagedNetwork(const NetworkSpec& spec, const LayerMaker& make);
  at::Tensor forward(const at::Tensor& images) override;
  void draw_depth() override;

 private:
  at::Tensor stem(const at::Tensor& images);
  void add_stages(const StagedLayers& layers, const LayerMaker& make);

  torch::nn::Conv2d conv1_{nullptr};
  std::optional<Norm> bn1_;
  std::optional<PoolingShape> pooling_;
  std::vector<std::shared_ptr<Stage>> stages_;
  std::optional<Norm> bn_last_;
  torch::nn::Linear fc_{nullptr};
};

}  // namespace reslab
