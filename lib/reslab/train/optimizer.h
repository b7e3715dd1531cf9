#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/interchange/tensors.h"
#include "reslab/train/recipe.h"

namespace reslab {

/// Changes a network's weights by their gradients, with the momentum by the parameters' names, so
/// that a checkpoint restores it exactly.
class Optimizer {
 public:
  Optimizer(const torch::nn::Module& network, const OptimizerOptions& options);

  /// One step along the parameters' gradients; one that is not there counts as zero.
  void step(double learning_rate);

  /// Drops the gradients.
  void zero_grad();

  /// The momentum buffers, by the parameters' names.
  NamedTensors state() const;
  /// Throws InvalidInput when a buffer is missing or misshapen.
  void set_state(const NamedTensors& state, const std::string& where);

 private:
  void decay(std::vector<at::Tensor>& gradients) const;
  void make_orthogonal(std::vector<at::Tensor>& directions) const;

  OptimizerOptions options_;
  std::vector<std::string> names_;
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> momentum_;
  std::vector<std::size_t> orthogonal_;  // indices of the parameters that Muon changes
  std::vector<std::size_t> decaying_;    // … of those of the others that weight decay pulls on
};

}  // namespace reslab
