// Compiled once for each instruction set; RESLAB_NORM_KERNELS is the name of the table. Headers
// included here define no function with external linkage that is not always inlined (see
// convolution_loops.h): neither LibTorch's nor the standard library's algorithms.
#include "reslab/kernels/norm_loops.h"

#include <cstddef>

#include "reslab/kernels/lanes.h"

namespace reslab {
namespace {

static_assert(kChannelPadding % kLanes == 0);

/// Elements of one array in a tile. The loops visit the rows of a tile once for each vector of
/// channels; a tile of this size stays in the level-1 cache.
constexpr std::int64_t kTile = 2048;

/// Loads and stores a full vector.
struct FullVector {
  template <class T>
  RESLAB_INLINE void load(const T* from, Lanes& to) const {
    reslab::load(from, to);
  }
  template <class T>
  RESLAB_INLINE void store(const Lanes& from, T* to) const {
    reslab::store(from, to);
  }
};

/// Loads and stores the last `width` channels, which do not fill a vector. The rest of a loaded
/// vector is zero.
struct PartialVector {
  std::int64_t width;

  template <class T>
  RESLAB_INLINE void load(const T* from, Lanes& to) const {
    T all[kLanes] = {};
    __builtin_memcpy(all, from, static_cast<std::size_t>(width) * sizeof(T));
    reslab::load(all, to);
  }
  template <class T>
  RESLAB_INLINE void store(const Lanes& from, T* to) const {
    T all[kLanes];
    reslab::store(from, all);
    __builtin_memcpy(to, all, static_cast<std::size_t>(width) * sizeof(T));
  }
};

/// Calls column(access, first channel, first row, end row) for each vector of channels in each tile
/// of rows. `access` is a FullVector or a PartialVector.
template <class Column>
RESLAB_INLINE void for_each_column(std::int64_t rows, std::int64_t channels, const Column& column) {
  const auto fitting = kTile / channels;
  const auto tile = fitting > 64 ? fitting : 64;
  for (std::int64_t first = 0; first < rows; first += tile) {
    const auto last = first + tile < rows ? first + tile : rows;
    std::int64_t channel = 0;
    for (; channel + kLanes <= channels; channel += kLanes)
      column(FullVector{}, channel, first, last);
    if (channel < channels) column(PartialVector{channels - channel}, channel, first, last);
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
           std::int64_t channels, ChannelAffine affine, void* y_bytes) {
  const auto* x = static_cast<const T*>(x_bytes);
  const auto* shortcut = static_cast<const T*>(shortcut_bytes);
  auto* y = static_cast<T*>(y_bytes);
  for_each_column(rows, channels, [=](const auto& access, auto channel, auto first, auto last) {
    Lanes scale, offset, value, other;
    load(affine.scale + channel, scale);
    load(affine.offset + channel, offset);
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
                          std::int64_t rows, std::int64_t channels, ChannelAffine affine,
                          const float* means, void* g_bytes, double* sum, double* sum_of_products) {
  const auto* dy = static_cast<const T*>(dy_bytes);
  const auto* x = static_cast<const T*>(x_bytes);
  const auto* y = static_cast<const T*>(y_bytes);
  auto* g = static_cast<T*>(g_bytes);
  for_each_column(rows, channels, [=](const auto& access, auto channel, auto first, auto last) {
    Lanes mean, scale, offset, gradient, output, input, sums = {}, products = {};
    load(means + channel, mean);
    load(affine.scale + channel, scale);
    load(affine.offset + channel, offset);
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
              ChannelAffine affine, const float* means, const float* slopes, const float* offsets,
              const float* scales, void* dx_bytes) {
  const auto* dy = static_cast<const T*>(dy_bytes);
  const auto* x = static_cast<const T*>(x_bytes);
  auto* dx = static_cast<T*>(dx_bytes);
  const bool masked = affine.scale != nullptr;
  for_each_column(rows, channels, [=](const auto& access, auto channel, auto first, auto last) {
    Lanes mean, slope, offset, scale, mask_scale = {}, mask_offset = {}, gradient, input;
    load(means + channel, mean);
    load(slopes + channel, slope);
    load(offsets + channel, offset);
    load(scales + channel, scale);
    if (masked) {
      load(affine.scale + channel, mask_scale);
      load(affine.offset + channel, mask_offset);
    }
    for (auto row = first; row < last; ++row) {
      const auto at = row * channels + channel;
      access.load(dy + at, gradient);
      access.load(x + at, input);
      if (masked) gradient = where_positive(input * mask_scale + mask_offset, gradient);
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
