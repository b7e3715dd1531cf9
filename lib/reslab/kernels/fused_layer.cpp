#include "reslab/kernels/fused_layer.h"

#include <algorithm>
#include <vector>

#include <torch/torch.h>

#include "reslab/kernels/convolution.h"
#include "reslab/kernels/norm_backward.h"
#include "reslab/kernels/norm_statistics.h"
#include "reslab/kernels/winograd.h"
#include "reslab/kernels/winograd_tiles.h"

namespace reslab {
namespace {

/// Images of x (N, C, H, W) and of the result z (N, K, H, W) in groups that go through the caches
/// together.
struct Groups {
  PixelMatrix x_matrix, z_matrix;
  TileGrid in, out;
  Element element;
  std::int64_t images, per_group;

  Groups(const at::Tensor& x, const at::Tensor& z)
      : x_matrix(x),
        z_matrix(z),
        in(grid_of(x)),
        out(grid_of(z)),
        element(element_of(x)),
        images(x.size(0)) {
    constexpr std::int64_t kElements = 1 << 15;
    constexpr std::int64_t kMultiple = 3;  // so that small images give whole blocks of tiles
    per_group = std::clamp<std::int64_t>(kElements / (z.numel() / images), 1, images);
    if (per_group > kMultiple) per_group -= per_group % kMultiple;
  }

  std::int64_t count() const { return (images + per_group - 1) / per_group; }
  std::int64_t first(std::int64_t group) const { return group * per_group; }
  std::int64_t size(std::int64_t group) const { return std::min(per_group, images - first(group)); }
  std::int64_t pixels() const { return in.height * in.width; }  // of an image
  TileRange tiles(std::int64_t group) const { return {0, size(group) * in.per_image()}; }

  TiledImages of_input(const at::Tensor& x, std::int64_t group) const {
    return {x_matrix.at(x, row(group)), in};
  }
  std::int64_t row(std::int64_t group) const { return first(group) * pixels(); }
  std::int64_t rows(std::int64_t group) const { return size(group) * pixels(); }
};

/// z, and its statistics.
Moments convolve(const at::Tensor& x, const at::Tensor& weight, at::Tensor& z) {
  const Groups groups(x, z);
  const auto planes = winograd_planes(weight);
  std::vector<ShiftedSums> sums(static_cast<std::size_t>(groups.count()));
  at::parallel_for(0, groups.count(), 1, [&](std::int64_t first, std::int64_t last) {
    WinogradWorker worker(groups.in.channels, groups.out.channels, groups.element);
    for (auto group = first; group < last; ++group) {
      const auto row = groups.row(group);
      worker.convolve(groups.of_input(x, group), groups.tiles(group), planes, {}, groups.out,
                      groups.z_matrix.at(z, row));
      sums[static_cast<std::size_t>(group)] =
          shifted_sums(z, groups.z_matrix, row, groups.rows(group));
    }
  });
  return moments_of(sums);
}

struct LayerGradient {
  at::Tensor of_input, of_weight;
};

LayerGradient backward_of(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& z,
                          const NormBackward& norm) {
  const Groups groups(x, z);
  const auto turned = winograd_turned_planes(weight);
  const WeightGradientSums sums(groups.out.channels, groups.in.channels, groups.count());
  auto dx = at::empty_like(x);
  at::parallel_for(0, sums.parts(), 1, [&](std::int64_t first, std::int64_t last) {
    WinogradWorker there(groups.in.channels, groups.out.channels, groups.element);
    WinogradWorker back(groups.out.channels, groups.in.channels, groups.element);
    const auto dz =
        at::empty({groups.per_group * groups.pixels() * groups.out.channels}, z.options());
    const TiledImages of_result{dz.data_ptr(), groups.out};
    for (auto part = first; part < last; ++part)
      for (auto group = sums.begin(part); group < sums.end(part); ++group) {
        const auto row = groups.row(group);
        norm.of_input(row, groups.rows(group), dz.data_ptr());
        const auto tiles = groups.tiles(group);
        back.convolve(of_result, tiles, turned, {}, groups.in, groups.x_matrix.at(dx, row));
        there.sum_weight_gradient(groups.of_input(x, group), of_result, tiles,
                                  group > sums.begin(part), sums.of(part));
      }
  });
  return {dx, sums.gradient()};
}

class FusedLayer : public torch::autograd::Function<FusedLayer> {
 public:
  /// `shortcuts` is one or none: LibTorch takes no undefined tensor here.
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight, const at::Tensor& scale,
                            const at::Tensor& /*shift*/, const NormTensors& norm, double momentum,
                            double eps, at::TensorList shortcuts) {
    const auto x = channels_last(given), w = channels_last(weight);
    const auto shortcut =
        shortcuts.empty() ? at::Tensor() : channels_last(shortcuts[0].to(x.scalar_type()));
    auto z = at::empty({x.size(0), w.size(0), x.size(2), x.size(3)}, x.options(),
                       at::MemoryFormat::ChannelsLast);
    const PixelMatrix matrix(z);
    const auto moments = convolve(x, w, z);
    remember(norm, moments, matrix.rows(), momentum);
    const auto lines = lines_of(norm, moments, eps);
    const auto y = apply_norm(matrix, z, lines, shortcut);
    context->save_for_backward({x, weight, z, shortcut.defined() ? y : at::Tensor(), scale,
                                lines.mean, lines.inverse_std, lines.scale, lines.offset});
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &z = saved[2], &y = saved[3], &scale = saved[4];
    const NormLines lines{saved[5], saved[6], saved[7], saved[8]};
    const NormBackward norm(channels_last(gradients[0]), z, y, scale, lines);
    const auto layer = backward_of(x, channels_last(weight), z, norm);
    torch::autograd::variable_list all = {
        layer.of_input, layer.of_weight, norm.of_weight, norm.of_bias, {}, {}, {}};
    if (y.defined()) all.push_back(norm.of_shortcut);
    return all;
  }
};

}  // namespace

bool has_fused_layer(const at::Tensor& x, const at::Tensor& weight) {
  return has_fast_convolution(x, weight) && has_winograd(weight) && x.numel() > x.size(1);
}

at::Tensor fused_layer(const at::Tensor& x, const at::Tensor& weight, const NormTensors& norm,
                       double momentum, double eps, const at::Tensor& shortcut) {
  std::vector<at::Tensor> shortcuts;
  if (shortcut.defined()) shortcuts.push_back(shortcut);
  return FusedLayer::apply(x, weight, norm.weight, norm.bias, norm, momentum, eps,
                           at::TensorList(shortcuts));
}

}  // namespace reslab
