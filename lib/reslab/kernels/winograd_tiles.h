#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/processor_kernels.h"

namespace reslab {

// What Winograd's convolution and the operators that it is fused with are made of.

/// Weights (K, C, 3, 3) at the points, as planes C × K.
at::Tensor winograd_planes(const at::Tensor& weight);
/// Those of the convolution that takes gradients back, as planes K × C.
at::Tensor winograd_turned_planes(const at::Tensor& weight);

/// The grid of images (N, C, H, W).
TileGrid grid_of(const at::Tensor& images);

/// Images that a thread's work may begin at.
struct TiledImages {
  const void* data;
  TileGrid grid;
};

/// Tiles that go through all steps together: so few that they stay in the caches from one step to
/// the next.
inline constexpr std::int64_t kWinogradTiles = 24;

/// One thread's buffers, for kWinogradTiles.
class WinogradWorker {
 public:
  /// For images of `in` channels and results of `out`, of such elements both.
  WinogradWorker(std::int64_t in, std::int64_t out, Element element);

  /// The tiles' places of y, from planes of weights.
  void convolve(const TiledImages& x, TileRange tiles, const at::Tensor& weights,
                const ConvolutionEnd& end, const TileGrid& out, void* y);

  /// What the tiles give to the gradient of the weights, at the points (K × C): added to `sum` or
  /// put there.
  void sum_weight_gradient(const TiledImages& x, const TiledImages& dy, TileRange tiles, bool add,
                           float* sum);

 private:
  const WinogradKernels& kernels_;
  at::Tensor in_, out_;
};

/// The sums of a weight gradient, in parts that threads make by themselves. How many depends on
/// sizes only, and not on the threads.
class WeightGradientSums {
 public:
  /// For weights (K, C, 3, 3) and work that divides into so many units.
  WeightGradientSums(std::int64_t k, std::int64_t c, std::int64_t units);

  std::int64_t parts() const { return parts_; }
  /// The first unit of a part, and of the one behind it.
  std::int64_t begin(std::int64_t part) const { return part * units_ / parts_; }
  std::int64_t end(std::int64_t part) const { return begin(part + 1); }
  float* of(std::int64_t part) const;

  /// The gradient, from all parts in their order.
  at::Tensor gradient() const;

 private:
  std::int64_t k_, c_, units_, parts_;
  at::Tensor sums_;
};

}  // namespace reslab
