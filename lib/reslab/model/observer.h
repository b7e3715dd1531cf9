#pragma once

#include <functional>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include "reslab/execution/implementation.h"

namespace reslab {

/// Sees values inside a network's forward pass while an ObserverScope exists. It must not change
/// them.
class Observer {
 public:
  virtual ~Observer() = default;

  /// The output of a BatchNorm before addition and ReLU, (N, C, H, W); in a network without
  /// BatchNorm, the output of the convolution. `y` may compute the value at each call.
  virtual void response(const torch::nn::Module&, const std::function<at::Tensor()>& /*y*/) {}
  /// The value of a gate, T(x) in 0 … 1, (N, C, H, W).
  virtual void gate(const torch::nn::Module&, const at::Tensor& /*t*/) {}
  /// The implementation of a convolution, a linear layer, or a BatchNorm that is not computed
  /// together with the convolution before it.
  virtual void implementation(const torch::nn::Module&, const Implementation&) {}
};

/// Forward passes of this thread show their values to the observer while the scope exists.
class ObserverScope {
 public:
  explicit ObserverScope(Observer& observer);
  ~ObserverScope();
  ObserverScope(const ObserverScope&) = delete;
  ObserverScope& operator=(const ObserverScope&) = delete;

 private:
  Observer* outer_;
};

// Layers call these.
void show_response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y);
void show_gate(const torch::nn::Module& gate, const at::Tensor& t);
void show_implementation(const torch::nn::Module& layer, const Implementation& implementation);

}  // namespace reslab
