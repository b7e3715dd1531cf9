#pragma once

#include <ATen/core/Tensor.h>

#include "reslab/kernels/convolution_loops.h"

namespace reslab {

// Winograd's convolution F(4×4, 3×3) of stride 1 and padding 1 (Lavin and Gray 2015, Fast
// Algorithms for Convolutional Neural Networks). Tensors are on the CPU and channels_last: images x
// (N, C, H, W) and outputs y (N, K, H, W) are float32 or bfloat16, weights (K, C, 3, 3) float32.
// Gradients have the type of their tensor; sums are float32. Equal bits for any number of threads.

/// y, with the post-ops applied.
at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight,
                                const RawPostOps& post_ops);

/// The gradient of x from the gradient of y.
at::Tensor winograd_input_gradient(const at::Tensor& dy, const at::Tensor& weight);

/// The gradient of the weights from x and the gradient of y.
at::Tensor winograd_weight_gradient(const at::Tensor& x, const at::Tensor& dy);

}  // namespace reslab
