#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/interchange/tensors.h"
#include "reslab/train/recipe.h"

namespace reslab {

/// Stochastic gradient descent with momentum, as PyTorch's optimizer of that name computes it, with
/// the momentum by the parameters' names, so that a checkpoint restores it exactly.
class Sgd {
 public:
  Sgd(const torch::nn::Module& network, const SgdOptions& options);

  /// One step along the parameters' gradients, which must all be there.
  void step(double learning_rate);

  /// Drops the gradients.
  void zero_grad();

  /// The momentum buffers, by the parameters' names.
  NamedTensors state() const;
  /// Throws InvalidInput when a buffer is missing or misshapen.
  void set_state(const NamedTensors& state, const std::string& where);

 private:
  void decay(std::vector<at::Tensor>& gradients) const;

  SgdOptions options_;
  std::vector<std::string> names_;
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> momentum_;
  std::vector<std::size_t> decaying_;  // indices of the parameters that weight decay pulls on
};

}  // namespace reslab
