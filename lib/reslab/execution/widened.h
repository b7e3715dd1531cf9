#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/nn/modules/linear.h>

namespace reslab {

/// Whether this thread's layers are bfloat16 ones without instructions for them. LibTorch's are
/// then many times slower than float32's: in a FusedScope all are computed in float32, from
/// bfloat16 to bfloat16.
bool widens();

/// layer(x), which takes any tensor and gives one; in float32 where this thread widens.
template <class Layer>
at::Tensor widened(const at::Tensor& x, const Layer& layer) {
  if (!widens()) return layer(x);
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::DispatchKey::AutocastCPU);
  return layer(x.to(at::kFloat)).to(at::kBFloat16);
}

/// The fully connected layer of `given` (N, channels).
at::Tensor linear(const torch::nn::Linear& layer, const at::Tensor& given);

}  // namespace reslab
