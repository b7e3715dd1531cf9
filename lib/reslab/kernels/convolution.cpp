#include "reslab/kernels/convolution.h"

#include <algorithm>

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include "reslab/kernels/checks.h"
#include "reslab/kernels/cpu_kernels.h"
#include "reslab/kernels/pixel_matrix.h"
#include "reslab/kernels/winograd_tiles.h"

namespace reslab {
namespace {

/// Each pixel of the output is a product of 9·C inputs with a (9·C × K) matrix. All tensors are
/// channels_last.
at::Tensor convolve_directly(const at::Tensor& x, const at::Tensor& weight,
                             const RawPostOps& post_ops) {
  const auto k = weight.size(0), c = weight.size(1), height = x.size(2), width = x.size(3);
  const auto taps = weight.permute({2, 3, 1, 0}).contiguous();
  TORCH_CHECK(c <= kDirectInputChannels && k % kChannelBlock == 0,
              "the direct convolution takes up to ", kDirectInputChannels,
              " input channels and output channels in multiples of ", kChannelBlock, ", found ", c,
              " and ", k);
  const auto kernel = direct_kernel(element_of(x));
  auto y = at::empty({x.size(0), k, height, width}, x.options(), at::MemoryFormat::ChannelsLast);
  const PixelMatrix images(x), results(y);
  at::parallel_for(0, x.size(0), 1, [&](std::int64_t first, std::int64_t last) {
    const auto padded_image = at::zeros({height + 2, width + 2, c}, at::kFloat);
    for (auto image = first; image < last; ++image) {
      const auto row = image * height * width;
      auto post_ops_of_image = post_ops;
      post_ops_of_image.addend = results.at(post_ops.addend, row);
      kernel(images.at(x, row), height, width, c, taps.data_ptr<float>(), k, post_ops_of_image,
             padded_image.data_ptr<float>(), results.at(y, row));
    }
  });
  return y;
}

/// The convolution of x with transformed weights, planes (C × K), by Winograd's algorithm (Lavin
/// and Gray 2015). All tensors are channels_last.
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

/// The gradient of the weights from x and the gradient of the output.
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

at::Tensor forward(Algorithm algorithm, const at::Tensor& x, const at::Tensor& weight,
                   const RawPostOps& post_ops) {
  check_convolution(x, weight);
  const auto w = channels_last(weight);
  return algorithm == Algorithm::direct ? convolve_directly(x, w, post_ops)
                                        : convolve_tiles(x, winograd_planes(w), post_ops);
}

class Convolution : public torch::autograd::Function<Convolution> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight, bool direct) {
    const auto x = channels_last(given);
    context->save_for_backward({x, weight});
    context->saved_data["needs_input_gradient"] = given.requires_grad();
    context->saved_data["direct"] = direct;
    return reslab::forward(direct ? Algorithm::direct : Algorithm::winograd, x, weight, {});
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    refuse_second_derivative();
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], w = channels_last(saved[1]), dy = channels_last(gradients[0]);
    const bool needs_dx = context->saved_data["needs_input_gradient"].toBool();
    if (context->saved_data["direct"].toBool()) {
      const auto [dx, dw, none] = at::convolution_backward(
          dy.to(at::kFloat), x.to(at::kFloat), w, at::OptionalIntArrayRef(), {1, 1}, {1, 1}, {1, 1},
          false, {0, 0}, 1, {needs_dx, true, false});
      return {needs_dx ? dx.to(x.scalar_type()) : dx, dw, {}};
    }
    return {needs_dx ? convolve_tiles(dy, winograd_rotated_planes(w), {}) : at::Tensor(),
            winograd_weight_gradient(x, dy),
            {}};
  }
};

}  // namespace

at::Tensor convolve(Algorithm algorithm, const at::Tensor& x, const at::Tensor& weight) {
  return Convolution::apply(x, weight, algorithm == Algorithm::direct);
}

at::Tensor convolve_inference(Algorithm algorithm, const at::Tensor& x, const at::Tensor& weight,
                              const PostOps& post_ops) {
  const torch::NoGradGuard no_grad;
  const auto bias = post_ops.bias.defined() ? post_ops.bias.contiguous() : post_ops.bias;
  const auto addend = post_ops.addend.defined() ? channels_last(post_ops.addend.to(x.scalar_type()))
                                                : post_ops.addend;
  return forward(algorithm, channels_last(x), weight,
                 {bias.defined() ? bias.data_ptr<float>() : nullptr,
                  addend.defined() ? addend.data_ptr() : nullptr, post_ops.relu});
}

}  // namespace reslab
