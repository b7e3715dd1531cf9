#pragma once

namespace reslab {

/// Whether the CPU has bfloat16 instructions (AVX-512 BF16, AMX or Arm BF16) and the operating
/// system lets programs use them. Without them, LibTorch's bfloat16 convolutions are many times
/// slower than its float32 ones.
bool cpu_has_bfloat16();

/// Whether the CPU and the operating system support bfloat16 matrix instructions (AMX, Arm BF16).
bool cpu_has_bfloat16_matrices();

}  // namespace reslab
