#pragma once

#include <cstdint>

namespace reslab {

// Files compiled for different instruction sets share this header. A function that the compiler
// does not inline could be taken from any of them and then run on a CPU without its instructions.
// So all functions here are always inlined; tests/lib/kernels/symbols_test.cmake checks the result.
#define RESLAB_INLINE inline __attribute__((always_inline))

/// Convolutions compute the channels of their output in blocks of this size. Winograd's algorithm
/// needs input channels in such blocks, too.
inline constexpr std::int64_t kChannelBlock = 16;

/// Most input and output channels for Winograd's algorithm: with more, the transformed weights do
/// not fit into the cache.
inline constexpr std::int64_t kWinogradChannels = 128;

/// Most input channels for the direct convolution.
inline constexpr std::int64_t kDirectInputChannels = 4;

/// Points of F(4×4, 3×3): a tile of 6×6 inputs is transformed to as many values.
inline constexpr std::int64_t kWinogradPoints = 36;

/// The output of a convolution, (N, H, W, C), cut into tiles of 4×4 pixels. Tiles are numbered row
/// by row, image after image. Those at the right and lower edge may reach beyond the image.
struct TileGrid {
  std::int64_t height, width;  // of an image
  std::int64_t channels;

  RESLAB_INLINE std::int64_t tiles_per_row() const { return (width + 3) / 4; }
  RESLAB_INLINE std::int64_t tiles_per_image() const { return (height + 3) / 4 * tiles_per_row(); }
};

/// Consecutive tiles of a grid.
struct TileRange {
  std::int64_t first, count;

  /// Stride between the planes of two points, padded by one cache line so that the 36 values of a
  /// tile fall into different cache sets.
  RESLAB_INLINE std::int64_t plane_stride(std::int64_t channels) const {
    return count * channels + 16;
  }
};

/// Operations on the output of a convolution before it is stored, in this order. Null: none.
struct RawPostOps {
  const float* bias = nullptr;   // per channel
  const void* addend = nullptr;  // images of the output's shape and type
  bool relu = false;
};

/// Loops of the convolution F(4×4, 3×3) for one instruction set and one element type of the images
/// (Lavin and Gray 2015, Fast Algorithms for Convolutional Neural Networks). A 3×3 convolution of
/// stride 1 and padding 1 becomes one matrix product at each of 36 points. Everything but the
/// images is float32. Channels are multiples of `kChannelBlock`, at most `kWinogradChannels`. Tiles
/// at the points are stored as planes [point][tile][channel], `TileRange::plane_stride` apart;
/// weights as [point][row][column].
struct WinogradKernels {
  /// Bᵀ·d·B for the 6×6 inputs d of each tile. Pixels outside the image are zero.
  void (*input)(const void* x, const TileGrid& grid, TileRange tiles, float* planes);

  /// Aᵀ·m·A and the post-ops: the 4×4 outputs of each tile.
  void (*output)(const float* planes, const TileGrid& grid, TileRange tiles,
                 const RawPostOps& post_ops, void* y);

  /// A·dy·Aᵀ for the 4×4 output gradients dy of each tile.
  void (*gradient)(const void* dy, const TileGrid& grid, TileRange tiles, float* planes);

  /// out = left · right at each point: (tiles × inner) times (inner × columns).
  void (*multiply)(const float* left, const float* right, TileRange tiles, std::int64_t inner,
                   std::int64_t columns, float* out);

  /// out = leftᵀ · right at each point: (tiles × rows) transposed times (tiles × columns). With
  /// `add`, the product is added to `out`.
  void (*multiply_transposed)(const float* left, const float* right, TileRange tiles,
                              std::int64_t rows, std::int64_t columns, bool add, float* out);

  /// G·w·Gᵀ of weights (out, 3, 3, in), stored as planes (in × out).
  void (*weights)(const float* w, std::int64_t in, std::int64_t out, float* planes);

  /// The same for the convolution that computes input gradients: weights rotated by 180°, planes
  /// (out × in).
  void (*rotated_weights)(const float* w, std::int64_t in, std::int64_t out, float* planes);

  /// Gᵀ·s·G: the gradient of weights (out, 3, 3, in) from planes (out × in).
  void (*weight_gradient)(const float* planes, std::int64_t in, std::int64_t out, float* dw);
};

/// The direct 3×3 convolution of stride 1 and padding 1 of one image x (height, width, in) with
/// weights (3, 3, in, out), and its post-ops. `padded` (height + 2, width + 2, in) is a buffer
/// whose border is zero. Weights and buffer are float32; x and y have the kernel's element type.
using DirectKernel = void (*)(const void* x, std::int64_t height, std::int64_t width,
                              std::int64_t in, const float* w, std::int64_t out,
                              const RawPostOps& post_ops, float* padded, void* y);

}  // namespace reslab
