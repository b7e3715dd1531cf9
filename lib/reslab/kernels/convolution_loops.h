#pragma once

#include <cstdint>

namespace reslab {

/// Images (N, H, W, C) as tiles of 4×4 places, by rows of tiles, image after image; those at the
/// right and lower edge may reach beyond the image.
struct TileGrid {
  std::int64_t height, width;  // of an image
  std::int64_t channels;

  std::int64_t across() const { return (width + 3) / 4; }
  std::int64_t per_image() const { return (height + 3) / 4 * across(); }
};

/// Some of a grid's tiles, one after the other.
struct TileRange {
  std::int64_t first, count;

  /// From one point's numbers of these tiles to the next one's. The 16 in between are a line of the
  /// caches: without them the 36 places that a tile has share a few sets of the first cache.
  std::int64_t plane(std::int64_t channels) const { return count * channels + 16; }
};

/// What happens to a convolution's output before it is stored; null where nothing does.
struct ConvolutionEnd {
  const float* bias = nullptr;   // of each channel
  const void* addend = nullptr;  // images like the output, of its type
  bool relu = false;
};

/// The loops of Winograd's convolution F(4×4, 3×3) for one kind of processor and one type of the
/// images' elements (Lavin and Gray 2015, Fast Algorithms for Convolutional Neural Networks): a 3×3
/// convolution of stride 1 and padding 1 is a product of matrices at each of 36 points. All other
/// numbers are float32, channels a multiple of `kConvolutionChannels`; planes are
/// [point][tile][channel], TileRange::plane apart, or [point][channel][channel].
struct WinogradKernels {
  /// Bᵀ·d·B of the 6×6 places around each tile of x, which is zero outside of an image.
  void (*input)(const void* x, const TileGrid& grid, TileRange tiles, float* planes);

  /// Aᵀ·m·A: each tile's output, and what follows it.
  void (*output)(const float* planes, const TileGrid& grid, TileRange tiles,
                 const ConvolutionEnd& end, void* y);

  /// A·dy·Aᵀ: what a tile's 4×4 gradients are at the points.
  void (*gradient)(const void* dy, const TileGrid& grid, TileRange tiles, float* planes);

  /// out = left · right at each point: (tiles × inner) times (inner × columns).
  void (*multiply)(const float* left, const float* right, TileRange tiles, std::int64_t inner,
                   std::int64_t columns, float* out);

  /// out = leftᵀ · right at each point, or what is added to it: (tiles × rows) transposed times
  /// (tiles × columns).
  void (*multiply_transposed)(const float* left, const float* right, TileRange tiles,
                              std::int64_t rows, std::int64_t columns, bool add, float* out);

  /// G·w·Gᵀ of weights (out, 3, 3, in), as planes (in × out).
  void (*weights)(const float* w, std::int64_t in, std::int64_t out, float* planes);

  /// The same of the convolution that takes gradients back: weights turned by half a turn, planes
  /// (out × in).
  void (*turned_weights)(const float* w, std::int64_t in, std::int64_t out, float* planes);

  /// Gᵀ·s·G: gradients of weights (out, 3, 3, in) from planes (out × in).
  void (*weight_gradient)(const float* planes, std::int64_t in, std::int64_t out, float* dw);
};

inline constexpr std::int64_t kWinogradPoints = 36;

/// What the channels of a convolution's output are a multiple of, and in Winograd's of its input,
/// too.
inline constexpr std::int64_t kConvolutionChannels = 16;

/// The direct 3×3 convolution of one image x (height, width, in) of stride 1 and padding 1, with
/// weights (3, 3, in, out), and its end. `padded` (height + 2, width + 2, in) has zeros at its edge
/// and gets the image; it is float32, as the weights are, and x and y of the kernel's type.
using DirectKernel = void (*)(const void* x, std::int64_t height, std::int64_t width,
                              std::int64_t in, const float* w, std::int64_t out,
                              const ConvolutionEnd& end, float* padded, void* y);

}  // namespace reslab
