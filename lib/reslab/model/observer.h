#pragma once

#include <functional>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

namespace reslab {

/// Sees values inside a network's forward pass on its own thread, while an ObserverScope of it
/// lives. It must not change them.
class Observer {
 public:
  virtual ~Observer() = default;

  /// The output of a BatchNorm (or of what stands in its place) before ReLU and addition,
  /// (N, C, H, W).
  /// `y` makes it where it is not at hand.
  virtual void response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y) = 0;
  /// How open a gate is, T(x) in 0 … 1, (N, C, H, W).
  virtual void opening(const torch::nn::Module& gate, const at::Tensor& t) = 0;
};

/// While it lives, forward passes of this thread show their values to the observer.
class ObserverScope {
 public:
  explicit ObserverScope(Observer& observer);
  ~ObserverScope();
  ObserverScope(const ObserverScope&) = delete;
  ObserverScope& operator=(const ObserverScope&) = delete;

 private:
  Observer* before_;
};

// What the networks call.
void show_response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y);
void show_opening(const torch::nn::Module& gate, const at::Tensor& t);

}  // namespace reslab
