#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/interchange/tensors.h"
#include "reslab/train/recipe.h"

namespace reslab {

/// Changes a network's parameters by their gradients, as `OptimizerOptions` describes. The momentum
/// buffers carry the parameters' names, so that a checkpoint restores them exactly.
class Optimizer {
 public:
  /// Shares the network's parameters, which must already be on their device.
  Optimizer(const torch::nn::Module& network, const OptimizerOptions& options);

  /// The gradients of all parameters, in the order of `Module::parameters()`. A parameter without a
  /// gradient gets one that is zero.
  std::vector<at::Tensor> gradients();
  /// Sets all gradients to zero in place.
  void zero_gradients();

  /// Makes one step and uses the gradients as scratch memory. `learning_rate`: float64, no
  /// dimensions, on the parameters' device.
  void step(const at::Tensor& learning_rate);

  /// The momentum buffers, by the parameters' names.
  NamedTensors state() const;
  /// Copies the momentum buffers. Throws InvalidInput if one is absent or has another shape;
  /// `where` names the file.
  void set_state(const NamedTensors& state, const std::string& where);

 private:
  void decay(std::vector<at::Tensor>& gradients) const;
  void make_orthogonal(std::vector<at::Tensor>& directions) const;

  OptimizerOptions options_;
  std::vector<std::string> names_;
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> momentum_;
  std::vector<std::size_t> orthogonal_;  // indices of the parameters that Muon changes
  std::vector<std::size_t> decaying_;    // indices of the parameters that SGD changes with decay
};

}  // namespace reslab
