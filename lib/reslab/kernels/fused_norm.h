#pragma once

#include <ATen/core/Tensor.h>

namespace reslab {

/// The parameters and buffers of a BatchNorm, (C) each, float32.
struct NormTensors {
  at::Tensor weight, bias;
  at::Tensor running_mean, running_var;
};

/// ReLU(BatchNorm(x) + shortcut) with the batch's statistics, or ReLU(BatchNorm(x)) if `shortcut`
/// is undefined. x is (N, C, H, W) on the CPU, float32 or bfloat16; the result is channels_last and
/// of the same type. Updates the running statistics as torch::nn::BatchNorm2d does (Ioffe and
/// Szegedy 2015). Reads x twice and writes the result once; separate operators would go through
/// memory for each step. Differentiable once. Equal bits for any number of threads. Throws
/// c10::Error for other tensors and if a channel has only one value.
at::Tensor fused_norm_relu(const at::Tensor& x, const NormTensors& norm, double momentum,
                           double eps, const at::Tensor& shortcut);

}  // namespace reslab
