#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/conv.h>

#include "reslab/execution/implementation.h"
#include "reslab/kernels/convolution.h"

namespace reslab {

/// Either a tensor (N, C, H, W), or a convolution with its input, not computed yet. A BatchNorm
/// that follows can then be computed together with the convolution.
class Convolved {
 public:
  Convolved(at::Tensor value) : tensor_(std::move(value)) {}  // NOLINT(*-explicit-*)
  Convolved(torch::nn::Conv2d convolution, at::Tensor input)
      : convolution_(std::move(convolution)), tensor_(std::move(input)) {}

  bool is_pending() const { return !convolution_.is_empty(); }

  /// The tensor, or the result of the convolution. Each call computes the convolution again.
  at::Tensor value() const;

  // For the layer that contains the convolution (model/norm.h):

  /// The request for the convolution, or for the layers after the tensor.
  LayerRequest request() const;
  /// The value, computed as `implementation` says.
  at::Tensor value(const Implementation& implementation) const;
  /// `scale`·value + `post_ops.bias`, then the other post-ops. `scale` and the bias have one number
  /// per channel. Requires a pending convolution and Implementation::Norm::folded.
  at::Tensor folded(const Implementation& implementation, const at::Tensor& scale,
                    const PostOps& post_ops) const;
  /// The input of the pending convolution, as ResLab's kernels take it.
  at::Tensor input(const Implementation& implementation) const;
  /// The pending convolution.
  const torch::nn::Conv2dImpl& convolution() const { return *convolution_; }

 private:
  at::Tensor libtorch_convolution(const Implementation& implementation, const at::Tensor& weight,
                                  const at::Tensor& bias) const;

  torch::nn::Conv2d convolution_{nullptr};
  at::Tensor tensor_;  // the value, or the input of the convolution
};

}  // namespace reslab
