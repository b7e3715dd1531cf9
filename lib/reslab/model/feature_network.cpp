#include "reslab/model/feature_network.h"

#include <memory>
#include <string>

#include "reslab/model/observer.h"

namespace reslab {

FeatureNetwork::FeatureNetwork(const NetworkSpec& spec, const LayerMaker& make) : Network(spec) {
  const bool alexnet = spec.family == Family::alexnet;
  const auto layers = feature_layers(spec);
  pooling_ = layers.pooling;
  pooled_size_ = layers.pooled_size;
  auto features = std::make_shared<torch::nn::Module>();
  std::int64_t place = 0;  // index in torchvision, which also counts ReLU and pooling
  for (const auto& shape : layers.features) {
    Feature feature{make.convolution(shape.convolution), {}, shape.is_pooled};
    features->register_module(std::to_string(place++), feature.convolution);
    if (spec.batch_norm) {
      feature.norm = make.norm(shape.convolution.out_channels);
      features->register_module(std::to_string(place++), feature.norm->module());
    }
    features_.push_back(std::move(feature));
    place += shape.is_pooled ? 2 : 1;
  }
  register_module("features", features);

  auto classifier = std::make_shared<torch::nn::Module>();
  for (const auto& shape : layers.classifier) classifier_.push_back(make.linear(shape));
  const auto places = alexnet ? std::vector{1, 4, 6} : std::vector{0, 3, 6};
  for (std::size_t i = 0; i < classifier_.size(); ++i)
    classifier->register_module(std::to_string(places[i]), classifier_[i]);
  register_module("classifier", classifier);
}

at::Tensor FeatureNetwork::forward(const at::Tensor& images) {
  const bool alexnet = spec().family == Family::alexnet;
  auto x = images;
  for (auto& feature : features_) {
    const Convolved y(feature.convolution, x);
    if (feature.norm) {
      x = feature.norm->relu(y);
    } else {
      x = y.value();
      show_response(*feature.convolution, [&x] { return x; });
      x.relu_();
    }
    if (feature.pooled) x = at::max_pool2d(x, pooling_.window, pooling_.stride);
  }
  x = at::adaptive_avg_pool2d(x, {pooled_size_, pooled_size_}).flatten(1);

  const bool drops = is_training() && spec().dropout > 0;
  const auto drop = [&](const at::Tensor& y) {
    return drops ? at::dropout(y, spec().dropout, true) : y;
  };
  // AlexNet has dropout before its first two linear layers, VGG before its last two.
  x = linear(classifier_[0], alexnet ? drop(x) : x).relu_();
  x = linear(classifier_[1], drop(x)).relu_();
  return linear(classifier_[2], alexnet ? x : drop(x));
}

}  // namespace reslab
