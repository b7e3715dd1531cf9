#include "reslab/execution/widened.h"

#include "reslab/base/compat.h"
#include "reslab/kernels/fused_norm.h"
#include "reslab/kernels/processor.h"

namespace reslab {

bool widens() {
  return FusedScope::fused() && compat::autocast_enabled(at::kCPU) && !processor_has_bfloat16();
}

at::Tensor linear(const torch::nn::Linear& layer, const at::Tensor& given) {
  return widened(given, [&](const at::Tensor& x) { return torch::nn::Linear(layer)->forward(x); });
}

}  // namespace reslab
