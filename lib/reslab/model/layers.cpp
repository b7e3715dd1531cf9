#include "reslab/model/layers.h"

#include "reslab/model/observer.h"

namespace reslab {

LayerMaker::LayerMaker(const NetworkSpec& spec, const BatchNormOptions& batch_norm)
    : initialization_(spec.initialization),
      sigma_(spec.sigma),
      gate_kernel_(spec.gate == GateKind::conv1x1 ? 1 : 3),
      gate_bias_(spec.gate_bias) {
  if (spec.batch_norm) batch_norm_ = batch_norm;
}

torch::nn::Conv2d LayerMaker::convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                          std::int64_t stride) const {
  return convolution(torch::nn::Conv2dOptions(in, out, kernel)
                         .stride(stride)
                         .padding(kernel / 2)
                         .bias(!batch_norm_.has_value()));
}

torch::nn::Conv2d LayerMaker::gate(std::int64_t in, std::int64_t out, std::int64_t stride) const {
  auto layer = convolution(
      torch::nn::Conv2dOptions(in, out, gate_kernel_).stride(stride).padding(gate_kernel_ / 2));
  torch::nn::init::constant_(layer->bias, gate_bias_);
  return layer;
}

torch::nn::Conv2d LayerMaker::convolution(const torch::nn::Conv2dOptions& options) const {
  torch::nn::Conv2d layer(options);
  initialize(layer->weight, torch::kFanOut);
  if (options.bias()) torch::nn::init::zeros_(layer->bias);
  return layer;
}

torch::nn::Linear LayerMaker::linear(std::int64_t in, std::int64_t out) const {
  torch::nn::Linear layer(in, out);
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
