#include "reslab/interchange/raw_input.h"

#include <string>

#include <ATen/ATen.h>

#include "reslab/base/error.h"

namespace reslab {

RawInputNetwork::RawInputNetwork(std::shared_ptr<Network> network,
                                 const Normalization& normalization, std::int64_t height,
                                 std::int64_t width)
    : network_(std::move(network)) {
  if (const auto channels = network_->spec().in_channels; channels != 3)
    throw InvalidInput("raw images have 3 channels, the network takes " + std::to_string(channels));
  const bool per_pixel = normalization.mean.size() != 3;
  mean_ = at::tensor(normalization.mean)
              .view({per_pixel ? height : 1, per_pixel ? width : 1, 3})
              .permute({2, 0, 1})
              .contiguous();
  std_ = at::tensor(at::ArrayRef<float>(normalization.std)).view({3, 1, 1});

  for (const auto& entry : network_->named_parameters(false))
    register_parameter(entry.key(), entry.value());
  for (const auto& entry : network_->named_buffers(false))
    register_buffer(entry.key(), entry.value());
  for (const auto& child : network_->named_children()) register_module(child.key(), child.value());
  auto normalize = std::make_shared<torch::nn::Module>();
  normalize->register_buffer("mean", mean_);
  normalize->register_buffer("std", std_);
  register_module("normalize", normalize);
  train(network_->is_training());
}

at::Tensor RawInputNetwork::forward(const at::Tensor& images) {
  return network_->forward(images.to(at::kFloat).div(255).sub(mean_).div(std_));
}

}  // namespace reslab
