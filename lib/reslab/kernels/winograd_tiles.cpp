#include "reslab/kernels/winograd_tiles.h"

#include <algorithm>
#include <bit>

#include <ATen/Functions.h>

namespace reslab {
namespace {

/// Most parts of a weight gradient, and most elements of all parts together.
constexpr std::int64_t kParts = 16, kPartElements = 1 << 21;

/// Calls work(tiles) for each block of kTilesPerBlock tiles.
template <class Work>
void for_each_tile_block(TileRange tiles, const Work& work) {
  for (std::int64_t done = 0; done < tiles.count; done += kTilesPerBlock)
    work(TileRange{tiles.first + done, std::min(kTilesPerBlock, tiles.count - done)});
}

/// Weights are float32 for images of any type.
const WinogradKernels& weight_kernels() { return winograd_kernels(Element::float32); }

/// Weights (K, C, 3, 3) that `transform` stores as planes (rows × columns).
at::Tensor transformed(const at::Tensor& weight, decltype(WinogradKernels::weights) transform,
                       std::int64_t rows, std::int64_t columns) {
  auto planes = at::empty({kWinogradPoints, rows, columns}, at::kFloat);
  transform(weight.data_ptr<float>(), weight.size(1), weight.size(0), planes.data_ptr<float>());
  return planes;
}

at::Tensor tile_buffer(std::int64_t channels) {
  TORCH_CHECK(channels % kChannelBlock == 0 && channels <= kWinogradChannels,
              "Winograd's convolution takes channels in multiples of ", kChannelBlock, " up to ",
              kWinogradChannels, ", found ", channels);
  return at::empty({kWinogradPoints * TileRange{0, kTilesPerBlock}.plane_stride(channels)},
                   at::kFloat);
}

}  // namespace

at::Tensor winograd_planes(const at::Tensor& weight) {
  return transformed(weight, weight_kernels().weights, weight.size(1), weight.size(0));
}

at::Tensor winograd_rotated_planes(const at::Tensor& weight) {
  return transformed(weight, weight_kernels().rotated_weights, weight.size(0), weight.size(1));
}

TileGrid grid_of(const at::Tensor& images) {
  return {images.size(2), images.size(3), images.size(1)};
}

WinogradWorker::WinogradWorker(std::int64_t in, std::int64_t out, Element element)
    : kernels_(winograd_kernels(element)), in_(tile_buffer(in)), out_(tile_buffer(out)) {}

void WinogradWorker::convolve(const ImageTiles& x, TileRange tiles, const at::Tensor& weights,
                              const RawPostOps& post_ops, const TileGrid& out, void* y) {
  auto *in_planes = in_.data_ptr<float>(), *out_planes = out_.data_ptr<float>();
  for_each_tile_block(tiles, [&](TileRange block) {
    kernels_.input(x.data, x.grid, block, in_planes);
    kernels_.multiply(in_planes, weights.data_ptr<float>(), block, x.grid.channels, out.channels,
                      out_planes);
    kernels_.output(out_planes, out, block, post_ops, y);
  });
}

void WinogradWorker::sum_weight_gradient(const ImageTiles& x, const ImageTiles& dy, TileRange tiles,
                                         bool add, float* sum) {
  auto *in_planes = in_.data_ptr<float>(), *out_planes = out_.data_ptr<float>();
  for_each_tile_block(tiles, [&](TileRange block) {
    kernels_.gradient(dy.data, dy.grid, block, out_planes);
    kernels_.input(x.data, x.grid, block, in_planes);
    kernels_.multiply_transposed(out_planes, in_planes, block, dy.grid.channels, x.grid.channels,
                                 add || block.first > tiles.first, sum);
  });
}

WeightGradientSums::WeightGradientSums(std::int64_t k, std::int64_t c, std::int64_t units)
    : k_(k), c_(c), units_(units) {
  const auto fitting = std::max<std::int64_t>(kPartElements / (kWinogradPoints * c * k), 1);
  const auto most = std::min({kParts, fitting, units});
  // A power of two divides evenly among most numbers of threads.
  parts_ = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(most)));
  sums_ = at::empty({parts_, kWinogradPoints * k * c}, at::kFloat);
}

float* WeightGradientSums::partial(std::int64_t part) const {
  return sums_.data_ptr<float>() + part * sums_.stride(0);
}

at::Tensor WeightGradientSums::gradient() const {
  auto dw = at::empty({k_, c_, 3, 3}, sums_.options(), at::MemoryFormat::ChannelsLast);
  const auto sum = sums_.sum(0);
  weight_kernels().weight_gradient(sum.data_ptr<float>(), c_, k_, dw.data_ptr<float>());
  return dw;
}

}  // namespace reslab
