#pragma once

/// Before a function of plain loops: it is compiled for newer processors too, whose vectors are
/// twice as wide, and which one runs is chosen at start. None of them has a multiplication and an
/// addition in one, so that all compute the same.
#if defined(__x86_64__) && defined(__gnu_linux__)
#define RESLAB_WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define RESLAB_WIDE_VECTORS
#endif
