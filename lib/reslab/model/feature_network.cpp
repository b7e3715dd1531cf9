#include "reslab/model/feature_network.h"

#include <memory>
#include <string>

#include "reslab/model/depths.h"
#include "reslab/model/observer.h"

namespace reslab {
namespace {

constexpr std::int64_t kHidden = 4096;

struct FeatureShape {
  std::int64_t out, kernel, stride, padding;
  bool pooled;
};

std::vector<FeatureShape> features_of(const NetworkSpec& spec) {
  if (spec.family == Family::alexnet)
    return {{64, 11, 4, 2, true},
            {192, 5, 1, 2, true},
            {384, 3, 1, 1, false},
            {256, 3, 1, 1, false},
            {256, 3, 1, 1, true}};
  std::vector<FeatureShape> shapes;
  std::int64_t channels = 64;
  for (const auto count : blocks_per_stage(spec)) {
    for (std::int64_t i = 0; i < count; ++i) shapes.push_back({channels, 3, 1, 1, i + 1 == count});
    channels = std::min<std::int64_t>(2 * channels, 512);
  }
  return shapes;
}

/// Height and width of the pooled input of the linear layers.
std::int64_t pooled_size(Family family) { return family == Family::alexnet ? 6 : 7; }

}  // namespace

FeatureNetwork::FeatureNetwork(const NetworkSpec& spec, const LayerMaker& make) : Network(spec) {
  const bool alexnet = spec.family == Family::alexnet;
  auto features = std::make_shared<torch::nn::Module>();
  std::int64_t place = 0;  // index in torchvision, which also counts ReLU and pooling
  auto in = spec.in_channels;
  for (const auto& shape : features_of(spec)) {
    Feature feature{make.convolution(torch::nn::Conv2dOptions(in, shape.out, shape.kernel)
                                         .stride(shape.stride)
                                         .padding(shape.padding)),
                    {},
                    shape.pooled};
    features->register_module(std::to_string(place++), feature.convolution);
    if (spec.batch_norm) {
      feature.norm = make.norm(shape.out);
      features->register_module(std::to_string(place++), feature.norm->module());
    }
    features_.push_back(std::move(feature));
    place += shape.pooled ? 2 : 1;
    in = shape.out;
  }
  register_module("features", features);

  auto classifier = std::make_shared<torch::nn::Module>();
  const auto flat = in * pooled_size(spec.family) * pooled_size(spec.family);
  classifier_ = {make.linear(flat, kHidden), make.linear(kHidden, kHidden),
                 make.linear(kHidden, spec.classes)};
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
    if (feature.pooled) x = at::max_pool2d(x, alexnet ? 3 : 2, 2);
  }
  const auto size = pooled_size(spec().family);
  x = at::adaptive_avg_pool2d(x, {size, size}).flatten(1);

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
