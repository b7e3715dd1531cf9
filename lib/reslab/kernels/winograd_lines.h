#pragma once

// One-dimensional transforms of Winograd's convolution. Included only by winograd_loops.cpp.

#include "reslab/kernels/lanes.h"

namespace reslab {
namespace {

// The polynomials are evaluated at the points 0, ±a, ±b and infinity. With these values, errors are
// about twice as large as in a direct convolution; with the usual 0, ±1, ±2 they are five times as
// large (Barabasz et al. 2020, Error Analysis and Improving the Accuracy of Winograd Convolution).
constexpr float kA = 0.75F, kB = 1.5F;
constexpr float kA2 = kA * kA, kB2 = kB * kB;

/// Bᵀ: 6 inputs to 6 points.
struct InputLine {
  RESLAB_INLINE void operator()(const Lanes* d, Lanes* out) const {
    out[0] = kA2 * kB2 * d[0] - (kA2 + kB2) * d[2] + d[4];
    pair(d, kA, kB2, out + 1);
    pair(d, kB, kA2, out + 3);
    out[5] = kA2 * kB2 * d[1] - (kA2 + kB2) * d[3] + d[5];
  }

 private:
  /// The points ±p; `square` is the squared point of the other pair.
  RESLAB_INLINE static void pair(const Lanes* d, float p, float square, Lanes* out) {
    const Lanes even = d[4] - square * d[2];
    const Lanes odd = d[3] - square * d[1];
    out[0] = even + p * odd;
    out[1] = even - p * odd;
  }
};

/// Aᵀ: 6 points to 4 outputs.
struct OutputLine {
  RESLAB_INLINE void operator()(const Lanes* m, Lanes* out) const {
    const Lanes even_a = m[1] + m[2], odd_a = kA * (m[1] - m[2]);
    const Lanes even_b = m[3] + m[4], odd_b = kB * (m[3] - m[4]);
    out[0] = m[0] + even_a + even_b;
    out[1] = odd_a + odd_b;
    out[2] = kA2 * even_a + kB2 * even_b;
    out[3] = kA2 * odd_a + kB2 * odd_b + m[5];
  }
};

/// A: 4 output gradients to 6 points.
struct GradientLine {
  RESLAB_INLINE void operator()(const Lanes* dy, Lanes* out) const {
    out[0] = dy[0];
    pair(dy, kA, kA2, out + 1);
    pair(dy, kB, kB2, out + 3);
    out[5] = dy[3];
  }

 private:
  RESLAB_INLINE static void pair(const Lanes* dy, float p, float square, Lanes* out) {
    const Lanes even = dy[0] + square * dy[2];
    const Lanes odd = dy[1] + square * dy[3];
    out[0] = even + p * odd;
    out[1] = even - p * odd;
  }
};

// The factors of the rows of G.
constexpr float kAtZero = 1 / (kA2 * kB2);
constexpr float kAtA = 1 / (2 * kA2 * (kA2 - kB2));
constexpr float kAtB = 1 / (2 * kB2 * (kB2 - kA2));

/// G: 3 weights to 6 points.
struct WeightLine {
  RESLAB_INLINE void operator()(const Lanes* w, Lanes* out) const {
    out[0] = kAtZero * w[0];
    pair(w, kA, kAtA, out + 1);
    pair(w, kB, kAtB, out + 3);
    out[5] = w[2];
  }

 private:
  RESLAB_INLINE static void pair(const Lanes* w, float p, float factor, Lanes* out) {
    const Lanes even = factor * (w[0] + p * p * w[2]);
    const Lanes odd = factor * p * w[1];
    out[0] = even + odd;
    out[1] = even - odd;
  }
};

/// Gᵀ: 6 points to 3 weights.
struct WeightGradientLine {
  RESLAB_INLINE void operator()(const Lanes* s, Lanes* out) const {
    const Lanes even_a = kAtA * (s[1] + s[2]), even_b = kAtB * (s[3] + s[4]);
    out[0] = kAtZero * s[0] + even_a + even_b;
    out[1] = kAtA * kA * (s[1] - s[2]) + kAtB * kB * (s[3] - s[4]);
    out[2] = kA2 * even_a + kB2 * even_b + s[5];
  }
};

/// M·d·Mᵀ for In×In vectors d, where `line` multiplies by M. get(row, column, vector) loads a
/// vector of d, put(row, column, vector) stores one of the Out×Out results. Vectors are loaded one
/// by one, since all of them do not fit into the registers.
template <int In, int Out, class Line, class Get, class Put>
RESLAB_INLINE void transform(const Line& line, const Get& get, const Put& put) {
  Lanes half[Out][In];
#pragma GCC unroll 8
  for (int column = 0; column < In; ++column) {
    Lanes from[In], to[Out];
#pragma GCC unroll 8
    for (int i = 0; i < In; ++i) get(i, column, from[i]);
    line(from, to);
#pragma GCC unroll 8
    for (int i = 0; i < Out; ++i) half[i][column] = to[i];
  }
#pragma GCC unroll 8
  for (int row = 0; row < Out; ++row) {
    Lanes to[Out];
    line(half[row], to);
#pragma GCC unroll 8
    for (int i = 0; i < Out; ++i) put(row, i, to[i]);
  }
}

}  // namespace
}  // namespace reslab
