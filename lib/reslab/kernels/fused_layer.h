#pragma once

#include <ATen/core/Tensor.h>

namespace reslab {

/// The parameters, buffers and settings of a BatchNorm. Tensors are (C), float32.
struct NormState {
  at::Tensor weight, bias;
  at::Tensor running_mean, running_var;
  double momentum = 0.1, eps = 1e-5;
};

/// ReLU(BatchNorm(x) + shortcut) with the batch's statistics, or ReLU(BatchNorm(x)) if `shortcut`
/// is undefined. x is (N, C, H, W) on the CPU, float32 or bfloat16; the result is channels_last and
/// of the same type. Updates the running statistics as torch::nn::BatchNorm2d does (Ioffe and
/// Szegedy 2015). Reads x twice and writes the result once; separate operators would go through
/// memory for each step. Differentiable once. Equal bits for any number of threads. Throws
/// c10::Error for other tensors and if a channel has only one value.
at::Tensor fused_norm_relu(const at::Tensor& x, const NormState& norm, const at::Tensor& shortcut);

/// `fused_norm_relu` of a 3×3 convolution of x by Winograd's algorithm: ReLU(BatchNorm(convolution)
/// + shortcut). Has the same requirements as `convolve(Algorithm::winograd, …)`. Works on a few
/// images at a time, so that they stay in the cache from the convolution to its statistics. In the
/// backward pass they stay there from BatchNorm's gradient to the input and weight gradients.
/// Differentiable once. The bits do not depend on the number of threads. Throws c10::Error like
/// `convolve` and `fused_norm_relu`.
at::Tensor fused_layer(const at::Tensor& x, const at::Tensor& weight, const NormState& norm,
                       const at::Tensor& shortcut);

}  // namespace reslab
