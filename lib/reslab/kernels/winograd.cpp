#include "reslab/kernels/winograd.h"

#include <algorithm>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "reslab/kernels/winograd_tiles.h"

namespace reslab {
namespace {

/// The convolution of x with transformed weights, planes (C × K).
at::Tensor convolve_tiles(const at::Tensor& x, const at::Tensor& weights,
                          const RawPostOps& post_ops) {
  auto y = at::empty({x.size(0), weights.size(2), x.size(2), x.size(3)}, x.options(),
                     at::MemoryFormat::ChannelsLast);
  const ImageTiles images{x.data_ptr(), grid_of(x)};
  const auto out = grid_of(y);
  const auto tiles = x.size(0) * out.tiles_per_image();
  const auto blocks = (tiles + kTilesPerBlock - 1) / kTilesPerBlock;
  at::parallel_for(0, blocks, 1, [&](std::int64_t first, std::int64_t last) {
    const auto begin = first * kTilesPerBlock;
    WinogradWorker(images.grid.channels, out.channels, element_of(x))
        .convolve(images, {begin, std::min(last * kTilesPerBlock, tiles) - begin}, weights,
                  post_ops, out, y.data_ptr());
  });
  return y;
}

}  // namespace

at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight,
                                const RawPostOps& post_ops) {
  return convolve_tiles(x, winograd_planes(weight), post_ops);
}

at::Tensor winograd_input_gradient(const at::Tensor& dy, const at::Tensor& weight) {
  return convolve_tiles(dy, winograd_rotated_planes(weight), {});
}

at::Tensor winograd_weight_gradient(const at::Tensor& x, const at::Tensor& dy) {
  const ImageTiles in{x.data_ptr(), grid_of(x)}, out{dy.data_ptr(), grid_of(dy)};
  const auto tiles = x.size(0) * in.grid.tiles_per_image();
  const auto blocks = (tiles + kTilesPerBlock - 1) / kTilesPerBlock;
  const WeightGradientSums sums(out.grid.channels, in.grid.channels, blocks);
  at::parallel_for(0, sums.parts(), 1, [&](std::int64_t first, std::int64_t last) {
    WinogradWorker worker(in.grid.channels, out.grid.channels, element_of(x));
    for (auto part = first; part < last; ++part) {
      const auto begin = sums.begin(part) * kTilesPerBlock;
      const auto end = std::min(sums.end(part) * kTilesPerBlock, tiles);
      worker.sum_weight_gradient(in, out, {begin, end - begin}, false, sums.partial(part));
    }
  });
  return sums.gradient();
}

}  // namespace reslab
