#pragma once

namespace reslab {

/// Whether this processor multiplies bfloat16 numbers (AVX-512 BF16, AMX or Arm's BF16). Without,
/// LibTorch's bfloat16 convolutions are many times slower than float32's.
bool processor_has_bfloat16();

/// Whether it multiplies matrices of them (AMX, Arm's BF16).
bool processor_has_bfloat16_matrices();

}  // namespace reslab
