#pragma once

/// Compiles a function of plain loops a second time for CPUs with AVX2, whose vectors are twice as
/// wide; the program chooses at start. Neither version uses fused multiply-add, so that both
/// compute the same bits.
#if defined(__x86_64__) && defined(__gnu_linux__)
#define RESLAB_WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define RESLAB_WIDE_VECTORS
#endif
