// Compiled once for each kind of processor, with RESLAB_WINOGRAD_KERNELS the name of its table and
// the compiler's flags for it; as norm_loops.cpp.
#include "reslab/kernels/convolution_loops.h"
#include "reslab/kernels/product.h"
#include "reslab/kernels/winograd_lines.h"

namespace reslab {
namespace {

constexpr std::int64_t kPoints = kWinogradPoints;

/// A place of images.
struct Place {
  std::int64_t image, row, column;

  RESLAB_INLINE std::int64_t offset(const TileGrid& grid) const {
    return ((image * grid.height + row) * grid.width + column) * grid.channels;
  }
};

/// Where a tile begins, or what is `margin` before.
RESLAB_INLINE Place corner_of(const TileGrid& grid, std::int64_t tile, std::int64_t margin) {
  const auto in_image = tile % grid.per_image();
  return {tile / grid.per_image(), in_image / grid.across() * 4 - margin,
          in_image % grid.across() * 4 - margin};
}

/// Where the Size×Size places around a tile are in images that begin at `images`; `outside` those
/// beyond an image's edge. `margin` is how far they begin before the tile.
template <int Size, class Float>
RESLAB_INLINE void find_places(Float* images, const TileGrid& grid, std::int64_t tile,
                               std::int64_t margin, Float* outside, Float** places) {
  const auto first = corner_of(grid, tile, margin);
  auto* corner = images + first.offset(grid);
  for (std::int64_t y = 0; y < Size; ++y) {
    const bool inside = first.row + y >= 0 && first.row + y < grid.height;
    for (std::int64_t x = 0; x < Size; ++x, ++places)
      *places = inside && first.column + x >= 0 && first.column + x < grid.width
                    ? corner + (y * grid.width + x) * grid.channels
                    : outside;
  }
}

/// Has a tile's places of images brought into the caches, while those before it are computed: that
/// many rows at once are more than processors foresee. There need not be such a tile.
template <bool Write>
RESLAB_INLINE void prefetch(const float* images, const TileGrid& grid, std::int64_t tile) {
  constexpr std::int64_t kLine = 64 / sizeof(float);
  const auto* corner = images + corner_of(grid, tile, 0).offset(grid);
  for (std::int64_t y = 0; y < 4; ++y)
    for (std::int64_t i = 0; i < 4 * grid.channels; i += kLine)
      __builtin_prefetch(corner + y * grid.width * grid.channels + i, Write ? 1 : 0);
}

/// Calls work(channel) for each vector of channels.
template <class Work>
RESLAB_INLINE void for_each_lanes(std::int64_t channels, const Work& work) {
  for (std::int64_t channel = 0; channel < channels; channel += kLanes) work(channel);
}

constexpr std::int64_t kMostChannels = 1024;
alignas(64) constexpr float kZeros[kMostChannels] = {};

/// From Size×Size places of each tile to planes.
template <int Size, class Line>
RESLAB_INLINE void to_planes(const float* images, const TileGrid& grid, TileRange tiles,
                             std::int64_t margin, const Line& line, float* planes) {
  const auto plane = tiles.count * grid.channels;
  for (std::int64_t t = 0; t < tiles.count; ++t) {
    const float* places[Size * Size];
    find_places<Size>(images, grid, tiles.first + t, margin, kZeros, places);
    prefetch<false>(images, grid, tiles.first + tiles.count + t);
    for_each_lanes(grid.channels, [&](std::int64_t channel) {
      Lanes in[Size][Size], out[6][6];
#pragma GCC unroll 36
      for (int i = 0; i < Size * Size; ++i) load(places[i] + channel, in[i / Size][i % Size]);
      transform(in, out, line);
      auto* to = planes + t * grid.channels + channel;
#pragma GCC unroll 36
      for (int i = 0; i < kPoints; ++i) store(out[i / 6][i % 6], to + i * plane);
    });
  }
}

void input(const float* x, const TileGrid& grid, TileRange tiles, float* planes) {
  to_planes<6>(x, grid, tiles, 1, InputLine(), planes);
}

void gradient(const float* dy, const TileGrid& grid, TileRange tiles, float* planes) {
  to_planes<4>(dy, grid, tiles, 0, GradientLine(), planes);
}

void output(const float* planes, const TileGrid& grid, TileRange tiles, const ConvolutionEnd& end,
            float* y) {
  const auto plane = tiles.count * grid.channels;
  float unused[kMostChannels];
  for (std::int64_t t = 0; t < tiles.count; ++t) {
    float* places[16];
    find_places<4>(y, grid, tiles.first + t, 0, unused, places);
    prefetch<true>(y, grid, tiles.first + tiles.count + t);
    if (end.addend) prefetch<false>(end.addend, grid, tiles.first + tiles.count + t);
    for_each_lanes(grid.channels, [&](std::int64_t channel) {
      Lanes in[6][6], out[4][4];
      const auto* from = planes + t * grid.channels + channel;
#pragma GCC unroll 36
      for (int i = 0; i < kPoints; ++i) load(from + i * plane, in[i / 6][i % 6]);
      transform(in, out, OutputLine());
      const Finish finish(end, channel);
#pragma GCC unroll 16
      for (int i = 0; i < 16; ++i)
        if (places[i] != unused)
          store(finish(places[i] + channel - y, out[i / 4][i % 4]), places[i] + channel);
    });
  }
}

/// left · right, or the sum of it and `out`.
template <bool Add>
RESLAB_INLINE void multiply_plane(const Factor& left, const float* right, std::int64_t rows,
                                  std::int64_t inner, std::int64_t columns, float* out) {
  for (std::int64_t column = 0; column < columns; column += kConvolutionChannels)
    for_each_block(rows, [&](std::int64_t row, auto block) {
      block.add({left.data + row * left.down, left.down, left.right}, right + column, inner,
                columns);
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

void multiply(const float* left, const float* right, std::int64_t rows, std::int64_t inner,
              std::int64_t columns, float* out) {
  for (std::int64_t point = 0; point < kPoints; ++point)
    multiply_plane<false>({left + point * rows * inner, inner, 1}, right + point * inner * columns,
                          rows, inner, columns, out + point * rows * columns);
}

void multiply_transposed(const float* left, const float* right, std::int64_t tiles,
                         std::int64_t rows, std::int64_t columns, bool add, float* out) {
  const auto multiply = add ? multiply_plane<true> : multiply_plane<false>;
  for (std::int64_t point = 0; point < kPoints; ++point)
    multiply({left + point * tiles * rows, 1, rows}, right + point * tiles * columns, rows, tiles,
             columns, out + point * rows * columns);
}

/// Calls take(output channel, input channel, values at the points) for each vector of input
/// channels.
template <bool Turned, class Take>
RESLAB_INLINE void transform_weights(const float* w, std::int64_t in, std::int64_t out,
                                     const Take& take) {
  for (std::int64_t k = 0; k < out; ++k, w += 9 * in)
    for_each_lanes(in, [&](std::int64_t channel) {
      Lanes taps[3][3], points[6][6];
#pragma GCC unroll 9
      for (int i = 0; i < 9; ++i) load(w + (Turned ? 8 - i : i) * in + channel, taps[i / 3][i % 3]);
      transform(taps, points, WeightLine());
      take(k, channel, points);
    });
}

void weights(const float* w, std::int64_t in, std::int64_t out, float* planes) {
  transform_weights<false>(w, in, out, [&](auto k, auto channel, const Lanes(&points)[6][6]) {
    for (int i = 0; i < kPoints; ++i)
      for (int lane = 0; lane < kLanes; ++lane)
        planes[(i * in + channel + lane) * out + k] = points[i / 6][i % 6][lane];
  });
}

void turned_weights(const float* w, std::int64_t in, std::int64_t out, float* planes) {
  transform_weights<true>(w, in, out, [&](auto k, auto channel, const Lanes(&points)[6][6]) {
    for (int i = 0; i < kPoints; ++i)
      store(points[i / 6][i % 6], planes + (i * out + k) * in + channel);
  });
}

void weight_gradient(const float* planes, std::int64_t in, std::int64_t out, float* dw) {
  for (std::int64_t k = 0; k < out; ++k, dw += 9 * in)
    for_each_lanes(in, [&](std::int64_t channel) {
      Lanes points[6][6], taps[3][3];
      for (int i = 0; i < kPoints; ++i)
        load(planes + (i * out + k) * in + channel, points[i / 6][i % 6]);
      transform(points, taps, WeightGradientLine());
      for (int i = 0; i < 9; ++i) store(taps[i / 3][i % 3], dw + i * in + channel);
    });
}

}  // namespace

extern const WinogradKernels RESLAB_WINOGRAD_KERNELS;
const WinogradKernels RESLAB_WINOGRAD_KERNELS = {
    input,   output,         gradient,       multiply, multiply_transposed,
    weights, turned_weights, weight_gradient};

}  // namespace reslab
