#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/cpu_kernels.h"

namespace reslab {

// Building blocks of Winograd's convolution and of the operators that are fused with it.

/// Weights (K, C, 3, 3) transformed to the 36 points, as planes (C × K).
at::Tensor winograd_planes(const at::Tensor& weight);
/// The transformed weights of the convolution that computes input gradients, as planes (K × C).
at::Tensor winograd_rotated_planes(const at::Tensor& weight);

/// The tiles of images (N, C, H, W).
TileGrid grid_of(const at::Tensor& images);

/// Images and their tiles; tile 0 is the first tile at `data`.
struct ImageTiles {
  const void* data;
  TileGrid grid;
};

/// Tiles that go through input transform, product and output transform together, so that they stay
/// in the cache between the steps.
inline constexpr std::int64_t kTilesPerBlock = 24;

/// Computes convolutions of tiles. Owns the buffers of one thread.
class WinogradWorker {
 public:
  /// For images with `in` channels, outputs with `out` channels, both with elements of this type.
  /// Throws c10::Error unless both are multiples of kChannelBlock and at most kWinogradChannels.
  WinogradWorker(std::int64_t in, std::int64_t out, Element element);

  /// Writes the pixels of `tiles` to y, whose tiles are `out`. `weights` are planes (in × out).
  void convolve(const ImageTiles& x, TileRange tiles, const at::Tensor& weights,
                const RawPostOps& post_ops, const TileGrid& out, void* y);

  /// Computes the contribution of `tiles` to the gradient of the transformed weights, planes
  /// (out × in), and stores it in `sum` or, with `add`, adds it.
  void sum_weight_gradient(const ImageTiles& x, const ImageTiles& dy, TileRange tiles, bool add,
                           float* sum);

 private:
  const WinogradKernels& kernels_;
  at::Tensor in_, out_;
};

/// A weight gradient as the sum of parts, each computed by one thread. The number of parts depends
/// on sizes only, so that the result does not depend on the number of threads.
class WeightGradientSums {
 public:
  /// For weights (K, C, 3, 3) and work that consists of `units` units.
  WeightGradientSums(std::int64_t k, std::int64_t c, std::int64_t units);

  std::int64_t parts() const { return parts_; }
  // The units of a part are begin(part) … end(part) − 1.
  std::int64_t begin(std::int64_t part) const { return part * units_ / parts_; }
  std::int64_t end(std::int64_t part) const { return begin(part + 1); }
  /// The sum of a part, planes (K × C).
  float* partial(std::int64_t part) const;

  /// The gradient (K, C, 3, 3): the parts are added in their order.
  at::Tensor gradient() const;

 private:
  std::int64_t k_, c_, units_, parts_;
  at::Tensor sums_;
};

}  // namespace reslab
