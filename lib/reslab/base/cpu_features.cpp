#include "reslab/base/cpu_features.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace reslab {
namespace {

bool find_bfloat16_matrices() {
#if defined(__x86_64__) && defined(__linux__)
  constexpr unsigned kAmxBf16 = 1U << 22;  // CPUID leaf 7, subleaf 0, edx
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kAmxBf16) == 0) return false;
  // Linux saves the tile registers only if it knows them (Documentation/arch/x86/xstate.rst).
  constexpr int kArchGetXcompSupp = 0x1021;
  constexpr unsigned long kTileData = 1UL << 18;
  unsigned long supported = 0;
  return syscall(SYS_arch_prctl, kArchGetXcompSupp, &supported) == 0 &&
         (supported & kTileData) != 0;
#elif defined(__aarch64__) && defined(__linux__)
  constexpr unsigned long kHwcap2Bf16 = 1UL << 14;
  return (getauxval(AT_HWCAP2) & kHwcap2Bf16) != 0;
#else
  return false;
#endif
}

bool find_bfloat16() {
#if defined(__x86_64__)
  // The compiler's function also asks whether the operating system saves the 512-bit registers.
  if (__builtin_cpu_supports("avx512bf16")) return true;
#endif
  return cpu_has_bfloat16_matrices();
}

}  // namespace

// Every layer asks, and CPUID is slow in a virtual machine.

bool cpu_has_bfloat16_matrices() {
  static const bool has = find_bfloat16_matrices();
  return has;
}

bool cpu_has_bfloat16() {
  static const bool has = find_bfloat16();
  return has;
}

}  // namespace reslab
