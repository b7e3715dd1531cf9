#pragma once

#include <ATen/core/Tensor.h>

#include "reslab/kernels/fused_norm.h"

namespace reslab {

/// `fused_norm_relu` of a 3×3 convolution of x by Winograd's algorithm: ReLU(BatchNorm(convolution)
/// + shortcut). Has the same requirements as `convolve(Algorithm::winograd, …)`. Works on a few
/// images at a time, so that they stay in the cache from the convolution to its statistics. In the
/// backward pass they stay there from BatchNorm's gradient to the input and weight gradients.
/// Differentiable once. The bits do not depend on the number of threads. Throws c10::Error like
/// `convolve` and `fused_norm_relu`.
at::Tensor fused_layer(const at::Tensor& x, const at::Tensor& weight, const NormTensors& norm,
                       double momentum, double eps, const at::Tensor& shortcut);

}  // namespace reslab
