#pragma once

namespace reslab {

/// Precision of convolutions, linear layers and activations. Weights, momentum and BatchNorm
/// statistics are always float32. `automatic` is resolved for a device by `resolve`
/// (execution/execution.h).
enum class Precision { automatic, float32, bfloat16 };

/// Replaces `automatic` for a CPU: bfloat16 if it has matrix instructions for it (AMX, Arm BF16),
/// float32 otherwise. Other values are returned unchanged.
Precision resolve_on_cpu(Precision precision);

/// `fused`: ResLab's CPU kernels where they apply (execution/implementation.h), LibTorch's
/// operators elsewhere. `aten`: LibTorch's operators everywhere.
enum class Kernels { fused, aten };

}  // namespace reslab
