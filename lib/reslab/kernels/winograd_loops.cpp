// Compiled once for each instruction set, like norm_loops.cpp. RESLAB_WINOGRAD_KERNELS is the name
// of the table.
#include "reslab/kernels/convolution_loops.h"
#include "reslab/kernels/product.h"
#include "reslab/kernels/winograd_lines.h"

namespace reslab {
namespace {

constexpr std::int64_t kPoints = kWinogradPoints;

/// A pixel of a batch of images.
struct Pixel {
  std::int64_t image, row, column;

  RESLAB_INLINE std::int64_t offset(const TileGrid& grid) const {
    return ((image * grid.height + row) * grid.width + column) * grid.channels;
  }
};

/// The first pixel of a tile that is extended by `margin` pixels at the top and left.
RESLAB_INLINE Pixel first_pixel(const TileGrid& grid, std::int64_t tile, std::int64_t margin) {
  const auto in_image = tile % grid.tiles_per_image();
  return {tile / grid.tiles_per_image(), in_image / grid.tiles_per_row() * 4 - margin,
          in_image % grid.tiles_per_row() * 4 - margin};
}

/// The addresses of Size×Size pixels, beginning `margin` pixels above and left of a tile. Pixels
/// outside the image get the address `outside`.
template <int Size, class T>
RESLAB_INLINE void find_pixels(T* images, const TileGrid& grid, std::int64_t tile,
                               std::int64_t margin, T* outside, T** pixels) {
  const auto first = first_pixel(grid, tile, margin);
  auto* corner = images + first.offset(grid);
  for (std::int64_t y = 0; y < Size; ++y) {
    const bool inside = first.row + y >= 0 && first.row + y < grid.height;
    for (std::int64_t x = 0; x < Size; ++x, ++pixels)
      *pixels = inside && first.column + x >= 0 && first.column + x < grid.width
                    ? corner + (y * grid.width + x) * grid.channels
                    : outside;
  }
}

/// Prefetches a tile, which may lie behind the last image. The hardware prefetcher does not follow
/// this many rows at once.
template <bool Write, class T>
RESLAB_INLINE void prefetch(const T* images, const TileGrid& grid, std::int64_t tile) {
  constexpr std::int64_t kLine = 64 / sizeof(T);
  const auto* corner = images + first_pixel(grid, tile, 0).offset(grid);
  for (std::int64_t y = 0; y < 4; ++y)
    for (std::int64_t i = 0; i < 4 * grid.channels; i += kLine)
      __builtin_prefetch(corner + y * grid.width * grid.channels + i, Write ? 1 : 0);
}

template <class T>
alignas(64) constexpr T kZeros[kWinogradChannels] = {};

/// Transforms the Size×Size pixels of each tile to the 36 points.
template <int Size, class T, class Line>
RESLAB_INLINE void to_planes(const T* images, const TileGrid& grid, TileRange tiles,
                             std::int64_t margin, const Line& line, float* planes) {
  const auto channels = grid.channels, plane = tiles.plane_stride(channels);
  for (std::int64_t t = 0; t < tiles.count; ++t) {
    const T* pixels[Size * Size];
    find_pixels<Size>(images, grid, tiles.first + t, margin, kZeros<T>, pixels);
    prefetch<false>(images, grid, tiles.first + tiles.count + t);
    for (std::int64_t channel = 0; channel < channels; channel += kLanes) {
      auto* to = planes + t * channels + channel;
      transform<Size, 6>(
          line,
          [&](int row, int column, Lanes& value) {
            load(pixels[row * Size + column] + channel, value);
          },
          [=](int row, int column, const Lanes& value) {
            store(value, to + (row * 6 + column) * plane);
          });
    }
  }
}

template <class T>
void input(const void* x, const TileGrid& grid, TileRange tiles, float* planes) {
  to_planes<6>(static_cast<const T*>(x), grid, tiles, 1, InputLine(), planes);
}

template <class T>
void gradient(const void* dy, const TileGrid& grid, TileRange tiles, float* planes) {
  to_planes<4>(static_cast<const T*>(dy), grid, tiles, 0, GradientLine(), planes);
}

template <class T>
void output(const float* planes, const TileGrid& grid, TileRange tiles, const RawPostOps& post_ops,
            void* images) {
  auto* y = static_cast<T*>(images);
  const auto* addend = static_cast<const T*>(post_ops.addend);
  const auto channels = grid.channels, plane = tiles.plane_stride(channels);
  T unused[kWinogradChannels];
  for (std::int64_t t = 0; t < tiles.count; ++t) {
    T* pixels[16];
    find_pixels<4>(y, grid, tiles.first + t, 0, unused, pixels);
    prefetch<true>(y, grid, tiles.first + tiles.count + t);
    if (addend) prefetch<false>(addend, grid, tiles.first + tiles.count + t);
    for (std::int64_t channel = 0; channel < channels; channel += kLanes) {
      const auto* from = planes + t * channels + channel;
      const Finish<T> finish(post_ops, channel);
      transform<6, 4>(
          OutputLine(),
          [=](int row, int column, Lanes& value) {
            load(from + (row * 6 + column) * plane, value);
          },
          [&](int row, int column, const Lanes& value) {
            auto* to = pixels[row * 4 + column];
            if (to != unused) store(finish(to + channel - y, value), to + channel);
          });
    }
  }
}

/// out = left · right, or out += left · right.
template <bool Add>
RESLAB_INLINE void multiply_plane(const Factor& left, const float* right, std::int64_t rows,
                                  std::int64_t inner, std::int64_t columns, float* out) {
  for (std::int64_t column = 0; column < columns; column += kChannelBlock)
    for_each_block(rows, [&](std::int64_t row, auto block) {
      block.add({left.data + row * left.row_stride, left.row_stride, left.column_stride},
                right + column, inner, columns);
      block.for_each([&](int i, int lane, Lanes& value) {
        auto* to = out + (row + i) * columns + column + lane;
        if (Add) {
          Lanes before;
          load(to, before);
          value += before;
        }
        store(value, to);
      });
    });
}

void multiply(const float* left, const float* right, TileRange tiles, std::int64_t inner,
              std::int64_t columns, float* out) {
  for (std::int64_t point = 0; point < kPoints; ++point)
    multiply_plane<false>({left + point * tiles.plane_stride(inner), inner, 1},
                          right + point * inner * columns, tiles.count, inner, columns,
                          out + point * tiles.plane_stride(columns));
}

void multiply_transposed(const float* left, const float* right, TileRange tiles, std::int64_t rows,
                         std::int64_t columns, bool add, float* out) {
  const auto multiply = add ? multiply_plane<true> : multiply_plane<false>;
  for (std::int64_t point = 0; point < kPoints; ++point)
    multiply({left + point * tiles.plane_stride(rows), 1, rows},
             right + point * tiles.plane_stride(columns), rows, tiles.count, columns,
             out + point * rows * columns);
}

/// Calls put(output channel, input channel, point, values) for each vector of input channels.
template <bool Rotated, class Put>
RESLAB_INLINE void transform_weights(const float* w, std::int64_t in, std::int64_t out,
                                     const Put& put) {
  for (std::int64_t k = 0; k < out; ++k, w += 9 * in)
    for (std::int64_t channel = 0; channel < in; channel += kLanes)
      transform<3, 6>(
          WeightLine(),
          [=](int row, int column, Lanes& value) {
            const auto tap = row * 3 + column;
            load(w + (Rotated ? 8 - tap : tap) * in + channel, value);
          },
          [&](int row, int column, const Lanes& value) {
            put(k, channel, row * 6 + column, value);
          });
}

void weights(const float* w, std::int64_t in, std::int64_t out, float* planes) {
  transform_weights<false>(w, in, out, [=](auto k, auto channel, int point, const Lanes& values) {
    for (int lane = 0; lane < kLanes; ++lane)
      planes[(point * in + channel + lane) * out + k] = values[lane];
  });
}

void rotated_weights(const float* w, std::int64_t in, std::int64_t out, float* planes) {
  transform_weights<true>(w, in, out, [=](auto k, auto channel, int point, const Lanes& values) {
    store(values, planes + (point * out + k) * in + channel);
  });
}

void weight_gradient(const float* planes, std::int64_t in, std::int64_t out, float* dw) {
  for (std::int64_t k = 0; k < out; ++k, dw += 9 * in)
    for (std::int64_t channel = 0; channel < in; channel += kLanes)
      transform<6, 3>(
          WeightGradientLine(),
          [=](int row, int column, Lanes& value) {
            load(planes + ((row * 6 + column) * out + k) * in + channel, value);
          },
          [=](int row, int column, const Lanes& value) {
            store(value, dw + (row * 3 + column) * in + channel);
          });
}

template <class T>
constexpr WinogradKernels kernels() {
  return {input<T>, output<T>,       gradient<T>,    multiply, multiply_transposed,
          weights,  rotated_weights, weight_gradient};
}

}  // namespace

extern const WinogradKernels RESLAB_WINOGRAD_KERNELS[2];
const WinogradKernels RESLAB_WINOGRAD_KERNELS[2] = {kernels<float>(), kernels<Bfloat16>()};

}  // namespace reslab
