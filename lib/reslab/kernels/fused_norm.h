#pragma once

#include <ATen/core/Tensor.h>

namespace reslab {

/// BatchNorm's own tensors, (C) each, float32: what it learns and what it remembers.
struct NormTensors {
  at::Tensor weight, bias;
  at::Tensor running_mean, running_var;
};

/// Whether `fused_norm_relu` takes x: on the CPU, (N, C, H, W), float32 or bfloat16.
bool has_fused_norm(const at::Tensor& x);

/// ReLU(BatchNorm(x) + shortcut) with the batch's statistics, or ReLU(BatchNorm(x)) without a
/// shortcut (undefined); differentiable once. Updates the running statistics as torch::nn's
/// BatchNorm does (Ioffe and Szegedy 2015). Reads x twice and writes the result once, where
/// operators one by one go through memory for each of them; the result is channels_last.
/// Equal bits for any number of threads.
at::Tensor fused_norm_relu(const at::Tensor& x, const NormTensors& norm, double momentum,
                           double eps, const at::Tensor& shortcut);

/// While it lives, networks on this thread use fused operators in training, where there are any,
/// and convolutions with BatchNorm folded in in evaluation.
class FusedScope {
 public:
  explicit FusedScope(bool fused);
  ~FusedScope();
  FusedScope(const FusedScope&) = delete;
  FusedScope& operator=(const FusedScope&) = delete;

  static bool fused();

 private:
  bool before_;
};

}  // namespace reslab
