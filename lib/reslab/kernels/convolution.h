#pragma once

#include <ATen/core/Tensor.h>

namespace reslab {

/// Whether `fast_convolution` takes a convolution of x (N, C, H, W) with weights (K, C, 3, 3) of
/// stride 1 and padding 1: on the CPU, x float32 or bfloat16 and the weights float32, K a multiple
/// of 16, and C one too or at most four.
bool has_fast_convolution(const at::Tensor& x, const at::Tensor& weight);

/// The convolution of stride 1 and padding 1: by Winograd's algorithm (kernels/winograd.h), or a
/// direct one where C is at most four, computed in float32. Differentiable once; the result
/// (N, K, H, W) is channels_last and of x's type. Equal bits for any number of threads.
at::Tensor fast_convolution(const at::Tensor& x, const at::Tensor& weight);

/// What follows a convolution in evaluation; undefined or false where nothing does.
struct ConvolutionTail {
  at::Tensor bias;    // (K), float32
  at::Tensor addend;  // (N, K, H, W)
  bool relu = false;
};

/// The same with what follows it, in one pass; not differentiable.
at::Tensor fast_inference(const at::Tensor& x, const at::Tensor& weight,
                          const ConvolutionTail& tail);

}  // namespace reslab
