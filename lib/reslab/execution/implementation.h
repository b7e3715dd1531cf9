#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "reslab/base/cpu_features.h"
#include "reslab/execution/execution.h"

namespace reslab {

/// A layer: an optional convolution, then optional BatchNorm, addition and ReLU. A linear layer is
/// a request without a convolution and without BatchNorm.
struct LayerRequest {
  enum class Norm { none, training, evaluation };

  at::DeviceType device = at::kCPU;  // of the input
  at::ScalarType type = at::kFloat;  // of the input
  bool has_convolution = false;      // the next four describe it
  bool is_3x3 = false;  // 3×3, stride, padding and dilation 1, one group, float32 weights
  bool has_bias = false;
  std::int64_t in_channels = 0, out_channels = 0;
  Norm norm = Norm::none;
  bool adds = false;  // a shortcut; does not affect the choice
  bool relu = false;
  bool needs_gradient = false;  // gradients are recorded
  bool is_traced = false;       // LibTorch records a graph
};

/// The implementation of a layer.
struct Implementation {
  enum class Convolution { none, libtorch, winograd, direct };
  enum class Norm {
    none,
    libtorch,                // BatchNorm, addition and ReLU as LibTorch's operators
    folded,                  // BatchNorm folded into the convolution's weights and bias
    fused,                   // BatchNorm, addition and ReLU in one operator
    fused_with_convolution,  // the same and the convolution
  };

  Convolution convolution = Convolution::none;
  Norm norm = Norm::none;
  /// Input and output are bfloat16, the CPU has no instructions for it, and the layer is computed
  /// in float32. LibTorch's own bfloat16 kernels are many times slower on such CPUs.
  bool emulates_bfloat16 = false;
  bool adds = false;  // the layer has an addition

  bool operator==(const Implementation&) const = default;
};

/// The decision table: which implementation computes a layer. It is asked once per layer.
Implementation choose(const LayerRequest& layer, const Execution& execution,
                      bool has_bfloat16 = cpu_has_bfloat16());

/// For example "Winograd fused with BatchNorm, addition and ReLU". LibTorch's operators after the
/// convolution are not named.
std::string to_text(const Implementation& implementation);

/// Returns layer(x), where `layer` calls LibTorch's operators. Where bfloat16 is emulated, `layer`
/// gets and returns float32, and the result is rounded to bfloat16.
template <class Layer>
at::Tensor with_libtorch(const Implementation& implementation, const at::Tensor& x,
                         const Layer& layer) {
  if (!implementation.emulates_bfloat16) return layer(x);
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::DispatchKey::AutocastCPU);
  return layer(x.to(at::kFloat)).to(at::kBFloat16);
}

}  // namespace reslab
