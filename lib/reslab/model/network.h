#pragma once

#include <cstdint>
#include <memory>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include "reslab/model/batch_norm_options.h"
#include "reslab/model/network_spec.h"

namespace reslab {

/// A network of any family. Parameters carry torchvision's names.
class Network : public torch::nn::Module {
 public:
  /// Images (N, in_channels, H, W) to logits (N, classes).
  virtual at::Tensor forward(const at::Tensor& images) = 0;

  const NetworkSpec& spec() const { return spec_; }

 protected:
  explicit Network(const NetworkSpec& spec) : spec_(spec) {}

 private:
  NetworkSpec spec_;
};

/// The network with the random weights of `seed`, the same for every number of threads. Throws
/// InvalidInput with the spec's problems, if it has any.
std::shared_ptr<Network> make_network(const NetworkSpec& spec, std::uint64_t seed,
                                      const BatchNormOptions& norm = {});

/// Number of trainable parameters.
std::int64_t parameter_count(const torch::nn::Module& network);

/// Whether a training step draws random numbers inside the network (dropout, stochastic depth).
bool is_random(const NetworkSpec& spec);

}  // namespace reslab
