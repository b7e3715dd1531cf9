#pragma once

#include <ATen/core/Tensor.h>

#include "reslab/kernels/fused_norm.h"

namespace reslab {

/// `fused_norm_relu` of a 3×3 convolution of x by Winograd's algorithm: ReLU(BatchNorm(convolution)
/// + shortcut). Takes what `convolve(Algorithm::winograd, …)` takes. Works on a few images at a
/// time, so that they stay in the cache from the convolution to its statistics, and from
/// BatchNorm's gradient to those of input and weights. Differentiable once. Equal bits for any
/// number of threads. Throws c10::Error as its two parts do.
at::Tensor fused_layer(const at::Tensor& x, const at::Tensor& weight, const NormTensors& norm,
                       double momentum, double eps, const at::Tensor& shortcut);

}  // namespace reslab
