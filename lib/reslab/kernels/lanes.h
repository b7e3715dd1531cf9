#pragma once

// Vectors of one CPU register, as GCC and Clang extend C++ with. Included only by files that are
// compiled once for each instruction set: everything is in an anonymous namespace and always
// inlined.

#include <cstdint>

#include "reslab/kernels/convolution_loops.h"

namespace reslab {
namespace {

#if defined(__AVX512F__)
constexpr int kLaneBytes = 64;
#elif defined(__AVX2__)
constexpr int kLaneBytes = 32;
#else
constexpr int kLaneBytes = 16;
#endif

/// The elements of a register. The compiler would split longer vectors, at worst into single
/// elements.
constexpr int kLanes = kLaneBytes / static_cast<int>(sizeof(float));
using Lanes = float __attribute__((vector_size(kLaneBytes)));
using LaneBits = std::uint32_t __attribute__((vector_size(kLaneBytes)));
using LaneHalves = std::uint16_t __attribute__((vector_size(kLaneBytes / 2)));

struct Bfloat16 {
  std::uint16_t bits;
};

RESLAB_INLINE float to_float(float value) { return value; }

RESLAB_INLINE float to_float(Bfloat16 value) {
  return __builtin_bit_cast(float, static_cast<std::uint32_t>(value.bits) << 16);
}

RESLAB_INLINE void load(const float* from, Lanes& to) { __builtin_memcpy(&to, from, sizeof to); }

RESLAB_INLINE void load(const Bfloat16* from, Lanes& to) {
  LaneHalves halves;
  __builtin_memcpy(&halves, from, sizeof halves);
  to = reinterpret_cast<Lanes>(__builtin_convertvector(halves, LaneBits) << 16);
}

RESLAB_INLINE void store(const Lanes& from, float* to) { __builtin_memcpy(to, &from, sizeof from); }

/// Rounds to nearest, ties to even. NaN stays NaN.
RESLAB_INLINE void store(const Lanes& from, Bfloat16* to) {
  const auto bits = reinterpret_cast<LaneBits>(from);
  const auto rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const auto not_a_number = reinterpret_cast<LaneBits>(from != from);
  const auto halves =
      __builtin_convertvector((rounded & ~not_a_number) | (not_a_number & 0x7fc0), LaneHalves);
  __builtin_memcpy(to, &halves, sizeof halves);
}

/// `values` where y > 0, zero elsewhere.
RESLAB_INLINE Lanes where_positive(const Lanes& y, const Lanes& values) {
  return reinterpret_cast<Lanes>(reinterpret_cast<LaneBits>(values) &
                                 reinterpret_cast<LaneBits>(y > 0.0F));
}

/// max(0, values). NaN stays NaN, so that diverged training shows.
RESLAB_INLINE Lanes relu(const Lanes& values) {
  return reinterpret_cast<Lanes>(reinterpret_cast<LaneBits>(values) &
                                 ~reinterpret_cast<LaneBits>(values < 0.0F));
}

}  // namespace
}  // namespace reslab
