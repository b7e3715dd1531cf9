#include "reslab/model/layers.h"

#include "reslab/model/observer.h"

namespace reslab {

LayerMaker::LayerMaker(const NetworkSpec& spec, const BatchNormOptions& batch_norm)
    : initialization_(spec.initialization), sigma_(spec.sigma), gate_bias_(spec.gate_bias) {
  if (spec.batch_norm) batch_norm_ = batch_norm;
}

torch::nn::Conv2d LayerMaker::convolution(const ConvolutionShape& shape) const {
  torch::nn::Conv2d layer(
      torch::nn::Conv2dOptions(shape.in_channels, shape.out_channels, shape.kernel)
          .stride(shape.stride)
          .padding(shape.padding)
          .bias(shape.has_bias));
  initialize(layer->weight, torch::kFanOut);
  if (shape.has_bias) torch::nn::init::zeros_(layer->bias);
  return layer;
}

torch::nn::Conv2d LayerMaker::gate(const ConvolutionShape& shape) const {
  auto layer = convolution(shape);
  torch::nn::init::constant_(layer->bias, gate_bias_);
  return layer;
}

torch::nn::Linear LayerMaker::linear(const LinearShape& shape) const {
  torch::nn::Linear layer(shape.in_features, shape.out_features);
  initialize(layer->weight, torch::kFanIn);
  torch::nn::init::zeros_(layer->bias);
  return layer;
}

void LayerMaker::initialize(const at::Tensor& weight, torch::nn::init::FanModeType he_fan) const {
  switch (initialization_) {
    case Initialization::he:
      torch::nn::init::kaiming_normal_(weight, 0, he_fan, torch::kReLU);
      return;
    case Initialization::xavier:
      torch::nn::init::xavier_uniform_(weight);
      return;
    case Initialization::normal:
      torch::nn::init::normal_(weight, 0, sigma_);
      return;
  }
}

at::Tensor gate_value(const torch::nn::Conv2d& gate, const at::Tensor& x) {
  const auto t = at::sigmoid(Convolved(gate, x).value());
  show_gate(*gate, t);
  return t;
}

at::Tensor linear(const torch::nn::Linear& layer, const at::Tensor& x) {
  const auto implementation = choose(Convolved(x).request(), current_execution());
  show_implementation(*layer, implementation);
  return with_libtorch(implementation, x,
                       [&](const at::Tensor& y) { return torch::nn::Linear(layer)->forward(y); });
}

}  // namespace reslab
