#pragma once

#include <ATen/core/Tensor.h>

#include "reslab/kernels/fused_norm.h"

namespace reslab {

/// Whether `fused_layer` takes a convolution of x (N, C, H, W) with weights (K, C, 3, 3) of stride
/// 1 and padding 1: what Winograd's algorithm takes.
bool has_fused_layer(const at::Tensor& x, const at::Tensor& weight);

/// ReLU(BatchNorm(convolution of x) + shortcut) with the batch's statistics, as `fused_norm_relu`
/// of `fast_convolution`; differentiable once. A few images at a time go through all that can be
/// done without the others, so that they come from the processor's caches: statistics behind the
/// convolution, the gradients of input and weights behind BatchNorm's. Equal bits for any number of
/// threads.
at::Tensor fused_layer(const at::Tensor& x, const at::Tensor& weight, const NormTensors& norm,
                       double momentum, double eps, const at::Tensor& shortcut);

}  // namespace reslab
