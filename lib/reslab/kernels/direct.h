#pragma once

#include <ATen/core/Tensor.h>

#include "reslab/kernels/convolution_loops.h"

namespace reslab {

/// Whether weights (K, C, 3, 3) are of few channels C, as those of colours are, and K is a multiple
/// of 16.
bool has_direct(const at::Tensor& weight);

/// The convolution of x (N, C, H, W) of stride 1 and padding 1, a product of 9·C numbers by K at
/// each place, where LibTorch's takes channels in groups of eight. Tensors are on the CPU and
/// channels_last, x and the result float32 or bfloat16, the weights float32. Equal bits for any
/// number of threads.
at::Tensor direct_convolution(const at::Tensor& x, const at::Tensor& weight,
                              const ConvolutionEnd& end);

}  // namespace reslab
