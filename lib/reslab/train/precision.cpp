#include "reslab/train/precision.h"

#include "reslab/compat.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace reslab {

namespace {

bool multiplies_bfloat16_matrices() {
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

}  // namespace

bool processor_has_bfloat16() {
#if defined(__x86_64__)
  constexpr unsigned kAvx512Bf16 = 1U << 5;  // leaf 7, subleaf 1, eax
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & kAvx512Bf16) != 0) return true;
#endif
  return multiplies_bfloat16_matrices();
}

Precision resolve(Precision precision, at::Device device) {
  if (precision != Precision::automatic) return precision;
  return device.is_cuda() || multiplies_bfloat16_matrices() ? Precision::bfloat16
                                                            : Precision::float32;
}

PrecisionScope::PrecisionScope(Precision precision, at::Device device)
    : device_(device.type()), was_enabled_(compat::autocast_enabled(device.type())) {
  at::autocast::increment_nesting();
  compat::set_autocast(device_, precision == Precision::bfloat16, at::kBFloat16);
}

PrecisionScope::~PrecisionScope() {
  // The casts of the weights are cached until the outermost scope ends; an optimizer step makes
  // them stale.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  compat::set_autocast(device_, was_enabled_, at::kBFloat16);
}

}  // namespace reslab
