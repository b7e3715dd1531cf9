#include "reslab/kernels/winograd.h"

#include <algorithm>

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include "reslab/kernels/processor_kernels.h"

namespace reslab {
namespace {

/// Beyond so many channels the transformed weights fill the caches.
constexpr std::int64_t kMostChannels = 128;

/// Tiles that go through all steps together, so that they stay in the second cache between them.
constexpr std::int64_t kTiles = 24;

/// Sums of weight gradients are made of so many parts at most, whatever the threads, and of fewer
/// where they are large.
constexpr std::int64_t kParts = 32, kPartElements = 1 << 21;

const WinogradKernels& kernels() { return winograd_kernels(); }

at::Tensor laid_out(const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

at::Tensor planes(std::int64_t rows, std::int64_t columns) {
  return at::empty({kWinogradPoints, rows, columns}, at::kFloat);
}

/// Images (N, C, H, W), channels_last, as tiles.
struct Tiles {
  TileGrid grid;
  std::int64_t count;

  explicit Tiles(const at::Tensor& images)
      : grid{images.size(2), images.size(3), images.size(1)},
        count(images.size(0) * grid.per_image()) {}

  std::int64_t blocks() const { return (count + kTiles - 1) / kTiles; }
  TileRange block(std::int64_t number) const {
    return {number * kTiles, std::min(kTiles, count - number * kTiles)};
  }
};

/// y = the convolution of x with transformed weights (C × K), and its end.
void convolve(const at::Tensor& x, const at::Tensor& weights, const ConvolutionEnd& end,
              at::Tensor& y) {
  const Tiles in(x), out(y);
  at::parallel_for(0, in.blocks(), 1, [&](std::int64_t first, std::int64_t last) {
    const auto from = planes(kTiles, in.grid.channels), to = planes(kTiles, out.grid.channels);
    auto* v = from.data_ptr<float>();
    auto* m = to.data_ptr<float>();
    for (auto block = first; block < last; ++block) {
      const auto range = in.block(block);
      kernels().input(x.data_ptr<float>(), in.grid, range, v);
      kernels().multiply(v, weights.data_ptr<float>(), range.count, in.grid.channels,
                         out.grid.channels, m);
      kernels().output(m, out.grid, range, end, y.data_ptr<float>());
    }
  });
}

/// The gradient of weights like `weight` (K, C, 3, 3).
at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& dy, const at::Tensor& weight) {
  const Tiles in(x), out(dy);
  const auto c = in.grid.channels, k = out.grid.channels;
  const auto parts = std::min(
      {kParts, std::max<std::int64_t>(kPartElements / (kWinogradPoints * c * k), 1), in.blocks()});
  auto sums = at::zeros({parts, kWinogradPoints * k * c}, at::kFloat);
  at::parallel_for(0, parts, 1, [&](std::int64_t first, std::int64_t last) {
    const auto gradients = planes(kTiles, k), inputs = planes(kTiles, c);
    auto* d = gradients.data_ptr<float>();
    auto* v = inputs.data_ptr<float>();
    for (auto part = first; part < last; ++part)
      for (auto block = part * in.blocks() / parts; block < (part + 1) * in.blocks() / parts;
           ++block) {
        const auto range = in.block(block);
        kernels().gradient(dy.data_ptr<float>(), out.grid, range, d);
        kernels().input(x.data_ptr<float>(), in.grid, range, v);
        kernels().add_products(d, v, range.count, k, c,
                               sums.data_ptr<float>() + part * sums.size(1));
      }
  });
  auto dw = at::empty_like(weight, at::MemoryFormat::ChannelsLast);
  const auto sum = sums.sum(0);
  kernels().weight_gradient(sum.data_ptr<float>(), c, k, dw.data_ptr<float>());
  return dw;
}

at::Tensor like_images(const at::Tensor& images, std::int64_t channels) {
  return at::empty({images.size(0), channels, images.size(2), images.size(3)}, images.options(),
                   at::MemoryFormat::ChannelsLast);
}

const float* data_of(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

at::Tensor forward(const at::Tensor& x, const at::Tensor& weight, const ConvolutionTail& tail) {
  const auto w = laid_out(weight);
  const auto in = w.size(1), out = w.size(0);
  const auto transformed = planes(in, out);
  kernels().weights(w.data_ptr<float>(), in, out, transformed.data_ptr<float>());
  auto y = like_images(x, out);
  convolve(x, transformed, {data_of(tail.bias), data_of(tail.addend), tail.relu}, y);
  return y;
}

at::Tensor input_gradient(const at::Tensor& dy, const at::Tensor& weight) {
  const auto w = laid_out(weight);
  const auto in = w.size(1), out = w.size(0);
  const auto turned = planes(out, in);
  kernels().turned_weights(w.data_ptr<float>(), in, out, turned.data_ptr<float>());
  auto dx = like_images(dy, in);
  convolve(dy, turned, {}, dx);
  return dx;
}

class Winograd : public torch::autograd::Function<Winograd> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight) {
    const auto x = laid_out(given);
    context->save_for_backward({x, weight});
    return reslab::forward(x, weight, {});
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    const auto dy = laid_out(gradients[0]);
    return {input_gradient(dy, weight), weight_gradient(x, dy, weight)};
  }
};

}  // namespace

bool has_winograd(const at::Tensor& x, const at::Tensor& weight) {
  const auto fits = [](std::int64_t channels) {
    return channels % kWinogradChannels == 0 && channels <= kMostChannels;
  };
  return x.device().is_cpu() && x.dim() == 4 && x.scalar_type() == at::kFloat &&
         weight.scalar_type() == at::kFloat && weight.size(2) == 3 && weight.size(3) == 3 &&
         x.size(1) == weight.size(1) && fits(weight.size(0)) && fits(weight.size(1)) &&
         x.numel() > 0;
}

at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight) {
  return Winograd::apply(x, weight);
}

at::Tensor winograd_inference(const at::Tensor& x, const at::Tensor& weight,
                              const ConvolutionTail& tail) {
  const torch::NoGradGuard no_grad;
  auto laid = tail;
  if (laid.bias.defined()) laid.bias = laid.bias.contiguous();
  if (laid.addend.defined()) laid.addend = laid_out(laid.addend);
  return forward(laid_out(x), weight, laid);
}

}  // namespace reslab
