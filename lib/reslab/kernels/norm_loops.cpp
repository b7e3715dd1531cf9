// Compiled once for each kind of processor, with RESLAB_NORM_KERNELS the name of its table and the
// compiler's flags for it. What this file includes must hold no code: an inline function compiled
// here could be taken for the whole program, on processors without these instructions.
#include "reslab/kernels/norm_loops.h"

#include <cstddef>

#include "reslab/kernels/lanes.h"

namespace reslab {
namespace {

static_assert(kKernelWidth % kLanes == 0);

/// The largest number of elements of one array that loops over rows and then channels go through
/// at a time: so much stays in the first cache.
constexpr std::int64_t kTile = 2048;

/// `width` elements, at most kLanes, the rest zero.
template <class T>
RESLAB_INLINE void load_some(const T* from, std::int64_t width, Lanes& to) {
  T all[kLanes] = {};
  __builtin_memcpy(all, from, static_cast<std::size_t>(width) * sizeof(T));
  load(all, to);
}

template <class T>
RESLAB_INLINE void store_some(const Lanes& from, std::int64_t width, T* to) {
  T all[kLanes];
  store(from, all);
  __builtin_memcpy(to, all, static_cast<std::size_t>(width) * sizeof(T));
}

/// Loads and stores of whole vectors, and of the last channels where they fill none.
struct Whole {
  template <class T>
  RESLAB_INLINE void load(const T* from, Lanes& to) const {
    reslab::load(from, to);
  }
  template <class T>
  RESLAB_INLINE void store(const Lanes& from, T* to) const {
    reslab::store(from, to);
  }
};

struct Part {
  std::int64_t width;

  template <class T>
  RESLAB_INLINE void load(const T* from, Lanes& to) const {
    load_some(from, width, to);
  }
  template <class T>
  RESLAB_INLINE void store(const Lanes& from, T* to) const {
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
    for (; channel + kLanes <= channels; channel += kLanes) column(Whole{}, channel, first, last);
    if (channel < channels) column(Part{channels - channel}, channel, first, last);
  }
}

RESLAB_INLINE void add_to(double* sums, const Lanes& values) {
  for (int i = 0; i < kLanes; ++i) sums[i] += static_cast<double>(values[i]);
}

template <class T>
void add_moments(const void* x_bytes, std::int64_t rows, std::int64_t channels, const float* shift,
                 double* sum, double* sum_of_squares) {
  const auto* x = static_cast<const T*>(x_bytes);
  for_each_column(rows, channels, [=](const auto& access, auto channel, auto first, auto last) {
    Lanes origin, value, sums[2] = {}, squares[2] = {};
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
    Lanes scale, offset, value, other;
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
      access.store(relu(value), y + at);
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
    Lanes mean, scale, offset, gradient, output, input, sums = {}, products = {};
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
      gradient = where_positive(output, gradient);
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
    Lanes mean, slope, offset, scale, line_scale = {}, line_offset = {}, gradient, input;
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
      if (masked) gradient = where_positive(input * line_scale + line_offset, gradient);
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
