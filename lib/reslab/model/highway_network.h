#pragma once

#include <memory>
#include <vector>

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "reslab/model/layers.h"
#include "reslab/model/network.h"

namespace reslab {

/// ReLU(conv1(x))·T(x) + x·(1 − T(x)), T(x) = sigmoid(gate(x)) (Highway Networks, section 2).
class HighwayLayer : public torch::nn::Module {
 public:
  HighwayLayer(const HighwayLayers::Stage& stage, const LayerMaker& make);
  /// (N, channels, H, W) to the same shape.
  at::Tensor forward(const at::Tensor& x);

 private:
  torch::nn::Conv2d conv1_{nullptr};
  Norm bn1_;
  torch::nn::Conv2d gate_{nullptr};
};

/// The CIFAR-10 networks of Training Very Deep Networks (Srivastava et al. 2015). Three stages,
/// each a 3×3 convolution and highway layers (conv1, layer1.0, …, conv2, layer2.0, …), with max
/// pooling between them; then a 1×1 convolution to 100 channels (conv4), average pooling and fc.
/// Dropout precedes each stage and fc.
class HighwayNetwork : public Network {
 public:
  HighwayNetwork(const NetworkSpec& spec, const LayerMaker& make);
  at::Tensor forward(const at::Tensor& images) override;

 private:
  struct HighwayStage {
    torch::nn::Conv2d convolution;
    Norm norm;
    std::vector<std::shared_ptr<HighwayLayer>> layers;
  };

  at::Tensor drop(const at::Tensor& x) const;

  std::vector<HighwayStage> stages_;
  PoolingShape pooling_;  // between the stages
  torch::nn::Conv2d conv4_{nullptr};
  Norm bn4_;
  torch::nn::Linear fc_{nullptr};
};

}  // namespace reslab
