// Compiled once for each kind of processor, with RESLAB_NORM_KERNELS the name of its table and the
// compiler's flags for it. What this file includes must hold no code: an inline function compiled
// here could be taken for the whole program, on processors without these instructions.
#include "reslab/kernels/norm_loops.h"

#include <cstddef>

namespace reslab {
namespace {

using Floats = float __attribute__((vector_size(64)));
using Words = std::uint32_t __attribute__((vector_size(64)));
using Halves = std::uint16_t __attribute__((vector_size(32)));

struct Bfloat16 {
  std::uint16_t bits;
};

#define RESLAB_INLINE inline __attribute__((always_inline))

/// The largest number of elements of one array that loops over rows and then channels go through
/// at a time: so much stays in the first cache.
constexpr std::int64_t kTile = 2048;

RESLAB_INLINE void load(const float* from, Floats& to) { __builtin_memcpy(&to, from, sizeof to); }

RESLAB_INLINE void load(const Bfloat16* from, Floats& to) {
  Halves halves;
  __builtin_memcpy(&halves, from, sizeof halves);
  const Words words = __builtin_convertvector(halves, Words) << 16;
  __builtin_memcpy(&to, &words, sizeof to);
}

RESLAB_INLINE void store(const Floats& from, float* to) {
  __builtin_memcpy(to, &from, sizeof from);
}

/// Rounds to nearest, ties to even; a NaN stays one.
RESLAB_INLINE void store(const Floats& from, Bfloat16* to) {
  Words words;
  __builtin_memcpy(&words, &from, sizeof words);
  const auto rounded = (words + 0x7fff + ((words >> 16) & 1)) >> 16;
  const auto not_a_number = reinterpret_cast<Words>(from != from);
  const Halves halves =
      __builtin_convertvector((rounded & ~not_a_number) | (not_a_number & 0x7fc0), Halves);
  __builtin_memcpy(to, &halves, sizeof halves);
}

/// `width` elements, at most kKernelWidth, the rest zero.
template <class T>
RESLAB_INLINE void load_some(const T* from, std::int64_t width, Floats& to) {
  T all[kKernelWidth] = {};
  __builtin_memcpy(all, from, static_cast<std::size_t>(width) * sizeof(T));
  load(all, to);
}

template <class T>
RESLAB_INLINE void store_some(const Floats& from, std::int64_t width, T* to) {
  T all[kKernelWidth];
  store(from, all);
  __builtin_memcpy(to, all, static_cast<std::size_t>(width) * sizeof(T));
}

/// Loads and stores of whole vectors, and of the last channels where they fill none.
struct Whole {
  template <class T>
  RESLAB_INLINE void load(const T* from, Floats& to) const {
    reslab::load(from, to);
  }
  template <class T>
  RESLAB_INLINE void store(const Floats& from, T* to) const {
    reslab::store(from, to);
  }
};

struct Part {
  std::int64_t width;

  template <class T>
  RESLAB_INLINE void load(const T* from, Floats& to) const {
    load_some(from, width, to);
  }
  template <class T>
  RESLAB_INLINE void store(const Floats& from, T* to) const {
    store_some(from, width, to);
  }
};

/// Calls column(access, channel, first row, last row) for each vector of channels of each tile.
template <class Column>
RESLAB_INLINE void for_each_column(std::int64_t rows, std::int64_t channels, const Column& column) {
  const auto fitting = kTile / channels;
  const auto tile = fitting > 64 ? fitting : 64;
  for (std::int64_t first = 0; first < rows; first += tile) {
    const auto last = first + tile < rows ? first + tile : rows;
    std::int64_t channel = 0;
    for (; channel + kKernelWidth <= channels; channel += kKernelWidth)
      column(Whole{}, channel, first, last);
    if (channel < channels) column(Part{channels - channel}, channel, first, last);
  }
}

RESLAB_INLINE void add_to(double* sums, const Floats& values) {
  for (std::int64_t i = 0; i < kKernelWidth; ++i) sums[i] += static_cast<double>(values[i]);
}

/// The elements where y is above zero, else zeros.
RESLAB_INLINE void keep_where_positive(const Floats& y, Floats& values) {
  values =
      reinterpret_cast<Floats>(reinterpret_cast<Words>(values) & reinterpret_cast<Words>(y > 0.0F));
}

template <class T>
void add_moments(const void* x_bytes, std::int64_t rows, std::int64_t channels, const float* shift,
                 double* sum, double* sum_of_squares) {
  const auto* x = static_cast<const T*>(x_bytes);
  for_each_column(rows, channels, [=](const auto& access, auto channel, auto first, auto last) {
    Floats origin, value, sums[2] = {}, squares[2] = {};
    load(shift + channel, origin);
    auto row = first;
    for (; row + 2 <= last; row += 2)
      for (int i = 0; i < 2; ++i) {
        access.load(x + (row + i) * channels + channel, value);
        value -= origin;
        sums[i] += value;
        squares[i] += value * value;
      }
    if (row < last) {
      access.load(x + row * channels + channel, value);
      value -= origin;
      sums[0] += value;
      squares[0] += value * value;
    }
    add_to(sum + channel, sums[0] + sums[1]);
    add_to(sum_of_squares + channel, squares[0] + squares[1]);
  });
}

template <class T>
void apply(const void* x_bytes, const void* shortcut_bytes, std::int64_t rows,
           std::int64_t channels, ChannelLines lines, void* y_bytes) {
  const auto* x = static_cast<const T*>(x_bytes);
  const auto* shortcut = static_cast<const T*>(shortcut_bytes);
  auto* y = static_cast<T*>(y_bytes);
  for_each_column(rows, channels, [=](const auto& access, auto channel, auto first, auto last) {
    Floats scale, offset, value, other;
    load(lines.scale + channel, scale);
    load(lines.offset + channel, offset);
    for (auto row = first; row < last; ++row) {
      const auto at = row * channels + channel;
      access.load(x + at, value);
      value = value * scale + offset;
      if (shortcut) {
        access.load(shortcut + at, other);
        value += other;
      }
      // Not a number stays so: a training that diverged is to be seen.
      const auto negative = reinterpret_cast<Words>(value < 0.0F);
      access.store(reinterpret_cast<Floats>(reinterpret_cast<Words>(value) & ~negative), y + at);
    }
  });
}

template <class T>
void add_gradient_moments(const void* dy_bytes, const void* x_bytes, const void* y_bytes,
                          std::int64_t rows, std::int64_t channels, ChannelLines lines,
                          const float* means, void* g_bytes, double* sum, double* sum_of_products) {
  const auto* dy = static_cast<const T*>(dy_bytes);
  const auto* x = static_cast<const T*>(x_bytes);
  const auto* y = static_cast<const T*>(y_bytes);
  auto* g = static_cast<T*>(g_bytes);
  for_each_column(rows, channels, [=](const auto& access, auto channel, auto first, auto last) {
    Floats mean, scale, offset, gradient, output, input, sums = {}, products = {};
    load(means + channel, mean);
    load(lines.scale + channel, scale);
    load(lines.offset + channel, offset);
    for (auto row = first; row < last; ++row) {
      const auto at = row * channels + channel;
      access.load(dy + at, gradient);
      access.load(x + at, input);
      if (y)
        access.load(y + at, output);
      else
        output = input * scale + offset;
      keep_where_positive(output, gradient);
      sums += gradient;
      products += gradient * (input - mean);
      if (g) access.store(gradient, g + at);
    }
    add_to(sum + channel, sums);
    add_to(sum_of_products + channel, products);
  });
}

template <class T>
void gradient(const void* dy_bytes, const void* x_bytes, std::int64_t rows, std::int64_t channels,
              ChannelLines lines, const float* means, const float* slopes, const float* offsets,
              const float* scales, void* dx_bytes) {
  const auto* dy = static_cast<const T*>(dy_bytes);
  const auto* x = static_cast<const T*>(x_bytes);
  auto* dx = static_cast<T*>(dx_bytes);
  const bool masked = lines.scale != nullptr;
  for_each_column(rows, channels, [=](const auto& access, auto channel, auto first, auto last) {
    Floats mean, slope, offset, scale, line_scale = {}, line_offset = {}, gradient, input;
    load(means + channel, mean);
    load(slopes + channel, slope);
    load(offsets + channel, offset);
    load(scales + channel, scale);
    if (masked) {
      load(lines.scale + channel, line_scale);
      load(lines.offset + channel, line_offset);
    }
    for (auto row = first; row < last; ++row) {
      const auto at = row * channels + channel;
      access.load(dy + at, gradient);
      access.load(x + at, input);
      if (masked) keep_where_positive(input * line_scale + line_offset, gradient);
      access.store((input - mean) * slope + offset + gradient * scale, dx + at);
    }
  });
}

template <class T>
constexpr NormKernels kernels() {
  return {add_moments<T>, apply<T>, add_gradient_moments<T>, gradient<T>};
}

}  // namespace

extern const NormKernels RESLAB_NORM_KERNELS[2];
const NormKernels RESLAB_NORM_KERNELS[2] = {kernels<float>(), kernels<Bfloat16>()};

}  // namespace reslab
