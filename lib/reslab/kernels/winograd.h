#pragma once

#include <ATen/core/Tensor.h>

namespace reslab {

/// Whether `winograd_convolution` takes a convolution of x (N, C, H, W) with 3×3 weights (K, C, 3,
/// 3) of stride 1 and padding 1: float32 on the CPU, channels a multiple of 16 and not too many to
/// gain by it.
bool has_winograd(const at::Tensor& x, const at::Tensor& weight);

/// What follows a convolution in evaluation; undefined or false where nothing does.
struct ConvolutionTail {
  at::Tensor bias;    // (K)
  at::Tensor addend;  // (N, K, H, W)
  bool relu = false;
};

/// The 3×3 convolution of stride 1 and padding 1 by Winograd's algorithm F(4×4, 3×3) (Lavin and
/// Gray 2015): a quarter of the multiplications, and about twice the rounding of the direct one.
/// Differentiable once; the result (N, K, H, W) is channels_last. Equal bits for any number of
/// threads.
at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight);

/// The same with what follows it, in one pass; not differentiable.
at::Tensor winograd_inference(const at::Tensor& x, const at::Tensor& weight,
                              const ConvolutionTail& tail);

}  // namespace reslab
