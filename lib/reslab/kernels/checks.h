#pragma once

#include <ATen/core/Tensor.h>

namespace reslab {

// Checks of the kernels' inputs. Each function throws c10::Error if its condition is not met.

// Images x are (N, C, H, W), not empty, float32 or bfloat16, on the CPU.

/// Training with BatchNorm: x must be images with more than one value per channel.
void check_batch(const at::Tensor& x);

/// A 3×3 convolution: x must be images, `weight` (K, C, 3, 3) and float32.
void check_convolution(const at::Tensor& x, const at::Tensor& weight);

/// To be called at the start of a backward pass whose results are not differentiable. Throws if
/// autograd records them for a second derivative (`create_graph`).
void refuse_second_derivative();

}  // namespace reslab
