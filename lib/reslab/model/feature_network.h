#pragma once

#include <optional>
#include <vector>

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "reslab/model/layers.h"
#include "reslab/model/network.h"

namespace reslab {

/// Convolutions and pooling, then three linear layers: AlexNet (One weird trick for parallelizing
/// convolutional neural networks, 2014) and VGG (Very Deep Convolutional Networks, 2015), with
/// torchvision's layout and names: features.0, …, classifier.6.
class FeatureNetwork : public Network {
 public:
  FeatureNetwork(const NetworkSpec& spec, const LayerMaker& make);
  at::Tensor forward(const at::Tensor& images) override;

 private:
  struct Feature {
    torch::nn::Conv2d convolution;
    std::optional<Norm> norm;
    bool pooled;
  };

  std::vector<Feature> features_;
  PoolingShape pooling_;
  std::int64_t pooled_size_ = 0;  // height and width of the linear layers' input
  std::vector<torch::nn::Linear> classifier_;
};

}  // namespace reslab
