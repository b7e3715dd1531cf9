#pragma once

#include <ATen/core/Tensor.h>

namespace reslab {

/// How a 3×3 convolution of stride 1 and padding 1 is computed (lib/reslab/kernels/README.md).
/// `winograd`: input and output channels are multiples of 16, up to 128. `direct`: one to four
/// input channels, a multiple of 16 output channels.
enum class Algorithm { winograd, direct };

/// The convolution of x (N, C, H, W), float32 or bfloat16, with weights (K, C, 3, 3), float32, on
/// the CPU. Returns (N, K, H, W), channels_last, of x's type; sums are float32. Differentiable
/// once. Equal bits for any number of threads. Throws c10::Error if the algorithm does not take the
/// sizes or types.
at::Tensor convolve(Algorithm algorithm, const at::Tensor& x, const at::Tensor& weight);

/// Operations on a convolution's output before it is stored.
struct PostOps {
  at::Tensor bias;    // (K), float32; undefined: no bias
  at::Tensor addend;  // (N, K, H, W); undefined: no addition
  bool relu = false;
};

/// `convolve` with operations applied to its output in the same pass, in this order: bias,
/// addition, ReLU. Not differentiable.
at::Tensor convolve_inference(Algorithm algorithm, const at::Tensor& x, const at::Tensor& weight,
                              const PostOps& post_ops);

}  // namespace reslab
