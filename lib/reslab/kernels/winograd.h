#pragma once

#include <ATen/core/Tensor.h>

#include "reslab/kernels/convolution_loops.h"

namespace reslab {

// Winograd's convolution F(4×4, 3×3) (Lavin and Gray 2015, Fast Algorithms for Convolutional Neural
// Networks): a quarter of the multiplications, and about twice the rounding of the direct one.
// Tensors are on the CPU and channels_last: images x (N, C, H, W), results and their gradients
// (N, K, H, W) float32 or bfloat16, weights (K, C, 3, 3) and their gradients float32. All is
// computed in float32. Equal bits for any number of threads.

/// Whether weights have channels in multiples of 16, and not too many to gain by it.
bool has_winograd(const at::Tensor& weight);

at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight,
                                const ConvolutionEnd& end);

at::Tensor winograd_input_gradient(const at::Tensor& dy, const at::Tensor& weight);

at::Tensor winograd_weight_gradient(const at::Tensor& x, const at::Tensor& dy);

}  // namespace reslab
