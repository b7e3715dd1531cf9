#include "reslab/model/layers.h"

#include <torch/nn/init.h>

#include "reslab/model/observer.h"

namespace reslab {

LayerMaker::LayerMaker(const NetworkSpec& spec, const BatchNormOptions& batch_norm)
    : initialization_(spec.initialization), sigma_(spec.sigma) {
  if (spec.batch_norm) batch_norm_ = batch_norm;
}

torch::nn::Conv2d LayerMaker::convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                          std::int64_t stride) const {
  return convolution(torch::nn::Conv2dOptions(in, out, kernel)
                         .stride(stride)
                         .padding(kernel / 2)
                         .bias(!batch_norm_.has_value()));
}

torch::nn::Conv2d LayerMaker::biased_convolution(std::int64_t in, std::int64_t out,
                                                 std::int64_t kernel, std::int64_t stride,
                                                 double bias) const {
  auto layer =
      convolution(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2));
  torch::nn::init::constant_(layer->bias, bias);
  return layer;
}

torch::nn::Conv2d LayerMaker::convolution(const torch::nn::Conv2dOptions& options) const {
  torch::nn::Conv2d layer(options);
  initialize(layer->weight, Fan::out);
  if (options.bias()) torch::nn::init::zeros_(layer->bias);
  return layer;
}

torch::nn::Linear LayerMaker::linear(std::int64_t in, std::int64_t out) const {
  torch::nn::Linear layer(in, out);
  initialize(layer->weight, Fan::in);
  torch::nn::init::zeros_(layer->bias);
  return layer;
}

void LayerMaker::initialize(const at::Tensor& weight, Fan he_fan) const {
  switch (initialization_) {
    case Initialization::he:
      if (he_fan == Fan::out)
        torch::nn::init::kaiming_normal_(weight, 0, torch::kFanOut, torch::kReLU);
      else
        torch::nn::init::kaiming_normal_(weight, 0, torch::kFanIn, torch::kReLU);
      return;
    case Initialization::xavier:
      torch::nn::init::xavier_uniform_(weight);
      return;
    case Initialization::normal:
      torch::nn::init::normal_(weight, 0, sigma_);
      return;
  }
}

at::Tensor linear(const torch::nn::Linear& layer, const at::Tensor& x) {
  const auto implementation = choose(Convolved(x).request(), current_execution());
  show_implementation(*layer, implementation);
  return with_libtorch(implementation, x,
                       [&](const at::Tensor& y) { return torch::nn::Linear(layer)->forward(y); });
}

}  // namespace reslab
