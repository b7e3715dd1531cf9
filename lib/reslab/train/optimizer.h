#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/interchange/tensors.h"
#include "reslab/train/recipe.h"

namespace reslab {

/// Changes a network's parameters by their gradients, as `OptimizerOptions` describes. The state
/// carries the parameters' names, so that a checkpoint restores it exactly.
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

  /// The state: "momentum.NAME" for each parameter's name, with AdamW "exp_avg.NAME",
  /// "exp_avg_sq.NAME" and "steps".
  NamedTensors state() const;
  /// Copies the state. Throws InvalidInput if a tensor is absent or has another shape; `where`
  /// names the file.
  void set_state(const NamedTensors& state, const std::string& where);

 private:
  void step_with_momentum(const at::Tensor& learning_rate);
  void step_with_adamw(const at::Tensor& learning_rate);
  void decay(std::vector<at::Tensor>& gradients) const;
  void make_orthogonal(std::vector<at::Tensor>& directions) const;

  OptimizerOptions options_;
  std::vector<std::string> names_;
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> momentum_;     // of the gradients; with AdamW their average
  std::vector<at::Tensor> squares_;      // AdamW's average of the squared gradients
  at::Tensor steps_;                     // AdamW's number of steps: float64, no dimensions
  std::vector<std::size_t> orthogonal_;  // indices of the parameters that Muon changes
  std::vector<std::size_t> decaying_;    // indices of the other parameters that decay
};

/// Scales the gradients so that their common Euclidean norm is at most `max_norm`, as
/// torch.nn.utils.clip_grad_norm_ does. Never waits for the device.
void clip_gradients(const std::vector<at::Tensor>& gradients, double max_norm);

}  // namespace reslab
