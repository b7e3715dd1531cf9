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
  /// Maps images (N, in_channels, H, W) to logits (N, classes). Never waits for the device.
  virtual at::Tensor forward(const at::Tensor& images) = 0;

  /// Draws the blocks that forward passes in training mode leave out until the next call
  /// (stochastic depth). Every block takes part before the first call. The random numbers come from
  /// LibTorch's default CPU generator. Networks without stochastic depth draw nothing.
  virtual void draw_depth() {}

  const NetworkSpec& spec() const { return spec_; }

 protected:
  explicit Network(const NetworkSpec& spec) : spec_(spec) {}

 private:
  NetworkSpec spec_;
};

/// Makes a network whose random weights depend on `seed` only, not on the number of threads.
/// LibTorch's generators are left as they were. Throws InvalidInput with one line for each error in
/// the spec, and if the weights do not fit into the machine's memory.
std::shared_ptr<Network> make_network(const NetworkSpec& spec, std::uint64_t seed,
                                      const BatchNormOptions& norm = {});

/// Number of trainable parameters.
std::int64_t parameter_count(const torch::nn::Module& network);

/// Whether a training step draws random numbers inside the network (dropout, stochastic depth).
bool is_random(const NetworkSpec& spec);

}  // namespace reslab
