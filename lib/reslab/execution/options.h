#pragma once

namespace reslab {

/// `automatic` is bfloat16 where that is the faster one (execution/precision.h), else float32. Weights,
/// momentum and BatchNorm's statistics are float32 in either.
enum class Precision { automatic, float32, bfloat16 };

/// What computes the steps between convolutions: operators of ours that go through memory once, or
/// LibTorch's, one after the other.
enum class Kernels { fused, aten };

}  // namespace reslab
