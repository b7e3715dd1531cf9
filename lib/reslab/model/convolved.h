#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/conv.h>

#include "reslab/kernels/convolution.h"

namespace reslab {

/// The output of a convolution that is not computed yet, so that a BatchNorm behind it can be
/// folded into its weights; or any other tensor (N, C, H, W).
class Convolved {
 public:
  Convolved(at::Tensor value) : tensor_(std::move(value)) {}  // NOLINT(*-explicit-*)
  Convolved(torch::nn::Conv2d convolution, at::Tensor input)
      : convolution_(std::move(convolution)), tensor_(std::move(input)) {}

  bool is_pending() const { return !convolution_.is_empty(); }
  /// Whether it is pending and `kernels/fused_layer.h` takes it together with a BatchNorm.
  bool fuses() const;
  /// Of a pending one; in the precision of this thread's convolutions.
  at::Tensor input() const;
  const at::Tensor& weight() const { return convolution_->weight; }

  /// Computes it, at each call.
  at::Tensor value() const;
  /// scale·value + offset, with a number of each for each channel; of a pending one.
  at::Tensor scaled(const at::Tensor& scale, const at::Tensor& offset) const;
  /// ReLU(scale·value + offset + addend), without an addend where that is undefined.
  at::Tensor scaled_relu(const at::Tensor& scale, const at::Tensor& offset,
                         const at::Tensor& addend) const;

 private:
  bool is_fast() const;
  at::Tensor with_libtorch(const at::Tensor& weight, const at::Tensor& bias) const;
  at::Tensor scaled_with(const at::Tensor& scale, const ConvolutionTail& tail) const;

  torch::nn::Conv2d convolution_{nullptr};
  at::Tensor tensor_;  // the value, or the input of the convolution
};

}  // namespace reslab
