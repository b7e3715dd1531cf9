#pragma once

#include <memory>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "reslab/model/block.h"
#include "reslab/model/network_spec.h"

namespace reslab {

/// Blocks at one resolution, named "0", "1", … as torchvision does.
class Stage : public torch::nn::Module {
 public:
  void append(std::shared_ptr<Block> block);
  at::Tensor forward(at::Tensor x);

 private:
  std::vector<std::shared_ptr<Block>> blocks_;
};

/// Stem, stages, head: a plain, residual or highway network of the CIFAR or the ImageNet family.
/// Parameters carry torchvision's names (conv1, bn1, layer1.0.conv1, …, fc); a highway gate is
/// `layerS.N.gate`. The weights are random, from LibTorch's default generator.
class Network : public torch::nn::Module {
 public:
  /// Throws InvalidInput with the spec's problems, if it has any.
  explicit Network(const NetworkSpec& spec, const BatchNormOptions& norm = {});

  /// Images (N, in_channels, H, W) to logits (N, classes).
  at::Tensor forward(at::Tensor x);

  const NetworkSpec& spec() const { return spec_; }

 private:
  NetworkSpec spec_;
  torch::nn::Conv2d conv1_{nullptr};
  torch::nn::BatchNorm2d bn1_{nullptr};
  std::vector<std::shared_ptr<Stage>> stages_;
  torch::nn::Linear fc_{nullptr};
};

/// The network with the random weights of `seed`, the same for every number of threads.
std::shared_ptr<Network> make_network(const NetworkSpec& spec, std::uint64_t seed,
                                      const BatchNormOptions& norm = {});

/// Number of trainable parameters.
std::int64_t parameter_count(const torch::nn::Module& network);

}  // namespace reslab
