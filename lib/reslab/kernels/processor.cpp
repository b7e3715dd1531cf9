#include "reslab/kernels/processor.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace reslab {

namespace {

bool multiplies_matrices() {
#if defined(__x86_64__)
  constexpr unsigned kAmxBf16 = 1U << 22;  // leaf 7, subleaf 0, edx
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kAmxBf16) != 0;
#elif defined(__aarch64__)
  constexpr unsigned long kHwcap2Bf16 = 1UL << 14;
  return (getauxval(AT_HWCAP2) & kHwcap2Bf16) != 0;
#else
  return false;
#endif
}

bool multiplies() {
#if defined(__x86_64__)
  constexpr unsigned kAvx512Bf16 = 1U << 5;  // leaf 7, subleaf 1, eax
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & kAvx512Bf16) != 0) return true;
#endif
  return processor_has_bfloat16_matrices();
}

}  // namespace

// Each layer asks, and a virtual machine takes its time to answer.

bool processor_has_bfloat16_matrices() {
  static const bool has = multiplies_matrices();
  return has;
}

bool processor_has_bfloat16() {
  static const bool has = multiplies();
  return has;
}

}  // namespace reslab
