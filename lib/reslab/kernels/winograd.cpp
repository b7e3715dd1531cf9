#include "reslab/kernels/winograd.h"

#include <algorithm>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "reslab/kernels/winograd_tiles.h"

namespace reslab {
namespace {

/// Beyond so many channels the transformed weights fill the caches.
constexpr std::int64_t kMostChannels = 128;

/// The convolution of x with planes of weights (C × K), and its end.
at::Tensor convolve(const at::Tensor& x, const at::Tensor& weights, const ConvolutionEnd& end) {
  auto y = at::empty({x.size(0), weights.size(2), x.size(2), x.size(3)}, x.options(),
                     at::MemoryFormat::ChannelsLast);
  const TiledImages images{x.data_ptr(), grid_of(x)};
  const auto out = grid_of(y);
  const auto tiles = x.size(0) * out.per_image();
  const auto blocks = (tiles + kWinogradTiles - 1) / kWinogradTiles;
  at::parallel_for(0, blocks, 1, [&](std::int64_t first, std::int64_t last) {
    const auto begin = first * kWinogradTiles;
    WinogradWorker(images.grid.channels, out.channels, element_of(x))
        .convolve(images, {begin, std::min(last * kWinogradTiles, tiles) - begin}, weights, end,
                  out, y.data_ptr());
  });
  return y;
}

}  // namespace

bool has_winograd(const at::Tensor& weight) {
  const auto fits = [](std::int64_t channels) {
    return channels % kConvolutionChannels == 0 && channels <= kMostChannels;
  };
  return fits(weight.size(0)) && fits(weight.size(1));
}

at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight,
                                const ConvolutionEnd& end) {
  return convolve(x, winograd_planes(weight), end);
}

at::Tensor winograd_input_gradient(const at::Tensor& dy, const at::Tensor& weight) {
  return convolve(dy, winograd_turned_planes(weight), {});
}

at::Tensor winograd_weight_gradient(const at::Tensor& x, const at::Tensor& dy) {
  const TiledImages in{x.data_ptr(), grid_of(x)}, out{dy.data_ptr(), grid_of(dy)};
  const auto tiles = x.size(0) * in.grid.per_image();
  const auto blocks = (tiles + kWinogradTiles - 1) / kWinogradTiles;
  const WeightGradientSums sums(out.grid.channels, in.grid.channels, blocks);
  at::parallel_for(0, sums.parts(), 1, [&](std::int64_t first, std::int64_t last) {
    WinogradWorker worker(in.grid.channels, out.grid.channels, element_of(x));
    for (auto part = first; part < last; ++part) {
      const auto begin = sums.begin(part) * kWinogradTiles;
      const auto end = std::min(sums.end(part) * kWinogradTiles, tiles);
      worker.sum_weight_gradient(in, out, {begin, end - begin}, false, sums.of(part));
    }
  });
  return sums.gradient();
}

}  // namespace reslab
