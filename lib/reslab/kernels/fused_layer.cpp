#include "reslab/kernels/fused_layer.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <torch/torch.h>

#include "reslab/kernels/batch_norm.h"
#include "reslab/kernels/checks.h"
#include "reslab/kernels/winograd_tiles.h"

namespace reslab {
namespace {

/// The images of x (N, C, H, W) and of the convolution z (N, K, H, W), in groups that fit into the
/// cache.
struct ImageGroups {
  PixelMatrix x_matrix, z_matrix;
  TileGrid in, out;
  Element element;
  std::int64_t images, per_group;

  ImageGroups(const at::Tensor& x, const at::Tensor& z)
      : x_matrix(x),
        z_matrix(z),
        in(grid_of(x)),
        out(grid_of(z)),
        element(element_of(x)),
        images(x.size(0)) {
    constexpr std::int64_t kElements = 1 << 15;
    constexpr std::int64_t kMultiple = 3;  // groups of 8×8 images fill whole blocks of tiles
    per_group = std::clamp<std::int64_t>(kElements / (z.numel() / images), 1, images);
    if (per_group > kMultiple) per_group -= per_group % kMultiple;
  }

  std::int64_t count() const { return (images + per_group - 1) / per_group; }
  std::int64_t first_image(std::int64_t group) const { return group * per_group; }
  std::int64_t size(std::int64_t group) const {
    return std::min(per_group, images - first_image(group));
  }
  std::int64_t pixels() const { return in.height * in.width; }  // of an image
  TileRange tiles(std::int64_t group) const { return {0, size(group) * in.tiles_per_image()}; }

  ImageTiles input(const at::Tensor& x, std::int64_t group) const {
    return {x_matrix.at(x, first_row(group)), in};
  }
  std::int64_t first_row(std::int64_t group) const { return first_image(group) * pixels(); }
  std::int64_t rows(std::int64_t group) const { return size(group) * pixels(); }
};

/// Writes the convolution to z and returns its moments.
Moments convolve_with_moments(const at::Tensor& x, const at::Tensor& weight, at::Tensor& z) {
  const ImageGroups groups(x, z);
  const auto planes = winograd_planes(weight);
  std::vector<ShiftedSums> sums(static_cast<std::size_t>(groups.count()));
  at::parallel_for(0, groups.count(), 1, [&](std::int64_t first, std::int64_t last) {
    WinogradWorker worker(groups.in.channels, groups.out.channels, groups.element);
    for (auto group = first; group < last; ++group) {
      const auto row = groups.first_row(group);
      worker.convolve(groups.input(x, group), groups.tiles(group), planes, {}, groups.out,
                      groups.z_matrix.at(z, row));
      sums[static_cast<std::size_t>(group)] =
          shifted_sums(z, groups.z_matrix, row, groups.rows(group));
    }
  });
  return moments_of(sums);
}

struct ConvolutionGradients {
  at::Tensor input, weight;  // `input` is undefined if nobody needs it
};

ConvolutionGradients convolution_gradients(const at::Tensor& x, const at::Tensor& weight,
                                           const at::Tensor& z, const NormBackward& norm,
                                           bool needs_dx) {
  const ImageGroups groups(x, z);
  const auto rotated = needs_dx ? winograd_rotated_planes(weight) : at::Tensor();
  const WeightGradientSums sums(groups.out.channels, groups.in.channels, groups.count());
  auto dx = needs_dx ? at::empty_like(x) : at::Tensor();
  at::parallel_for(0, sums.parts(), 1, [&](std::int64_t first, std::int64_t last) {
    WinogradWorker weight_worker(groups.in.channels, groups.out.channels, groups.element);
    std::optional<WinogradWorker> input_worker;
    if (needs_dx) input_worker.emplace(groups.out.channels, groups.in.channels, groups.element);
    const auto dz =
        at::empty({groups.per_group * groups.pixels() * groups.out.channels}, z.options());
    const ImageTiles dz_tiles{dz.data_ptr(), groups.out};
    for (auto part = first; part < last; ++part)
      for (auto group = sums.begin(part); group < sums.end(part); ++group) {
        const auto row = groups.first_row(group);
        norm.input_gradient(row, groups.rows(group), dz.data_ptr());
        const auto tiles = groups.tiles(group);
        if (input_worker)
          input_worker->convolve(dz_tiles, tiles, rotated, {}, groups.in,
                                 groups.x_matrix.at(dx, row));
        weight_worker.sum_weight_gradient(groups.input(x, group), dz_tiles, tiles,
                                          group > sums.begin(part), sums.partial(part));
      }
  });
  return {dx, sums.gradient()};
}

/// The operators take a list with the shortcut or without one, since LibTorch's autograd functions
/// take no undefined tensor.
std::vector<at::Tensor> list_of(const at::Tensor& shortcut) {
  return shortcut.defined() ? std::vector{shortcut} : std::vector<at::Tensor>();
}

/// The shortcut in the layout and type of x; undefined for an empty list.
at::Tensor shortcut_of(at::TensorList shortcuts, const at::Tensor& x) {
  return shortcuts.empty() ? at::Tensor() : channels_last(shortcuts[0].to(x.scalar_type()));
}

class FusedNormRelu : public torch::autograd::Function<FusedNormRelu> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight, const at::Tensor& /*bias*/,
                            const NormState& norm, at::TensorList shortcuts) {
    const auto x = channels_last(given);
    const auto shortcut = shortcut_of(shortcuts, x);
    const PixelMatrix matrix(x);
    const auto affine = affine_of_batch(norm, moments_of(x, matrix), matrix.rows());
    const auto y = apply_norm(matrix, x, affine, shortcut);
    // Without a shortcut, backward computes the sign of y from x.
    context->save_for_backward({x, shortcut.defined() ? y : at::Tensor(), weight, affine.mean,
                                affine.inverse_std, affine.scale, affine.offset});
    context->saved_data["needs_input_gradient"] = given.requires_grad();
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    refuse_second_derivative();
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &y = saved[1], &weight = saved[2];
    const NormAffine affine{saved[3], saved[4], saved[5], saved[6]};
    const auto dy = channels_last(gradients[0].to(x.scalar_type()));
    const NormBackward norm(dy, x, y, weight, affine);
    at::Tensor dx;
    if (context->saved_data["needs_input_gradient"].toBool()) {
      dx = at::empty_like(x);
      norm.matrix().for_each_chunk([&](std::int64_t first, std::int64_t rows) {
        norm.input_gradient(first, rows, norm.matrix().at(dx, first));
      });
    }
    torch::autograd::variable_list all = {dx, norm.weight_gradient, norm.bias_gradient, {}};
    if (y.defined()) all.push_back(norm.shortcut_gradient);
    return all;
  }
};

class FusedLayer : public torch::autograd::Function<FusedLayer> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight, const at::Tensor& norm_weight,
                            const at::Tensor& /*norm_bias*/, const NormState& norm,
                            at::TensorList shortcuts) {
    const auto x = channels_last(given), w = channels_last(weight);
    const auto shortcut = shortcut_of(shortcuts, x);
    auto z = at::empty({x.size(0), w.size(0), x.size(2), x.size(3)}, x.options(),
                       at::MemoryFormat::ChannelsLast);
    const PixelMatrix matrix(z);
    const auto affine = affine_of_batch(norm, convolve_with_moments(x, w, z), matrix.rows());
    const auto y = apply_norm(matrix, z, affine, shortcut);
    context->save_for_backward({x, weight, z, shortcut.defined() ? y : at::Tensor(), norm_weight,
                                affine.mean, affine.inverse_std, affine.scale, affine.offset});
    context->saved_data["needs_input_gradient"] = given.requires_grad();
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    refuse_second_derivative();
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &z = saved[2], &y = saved[3];
    const NormAffine affine{saved[5], saved[6], saved[7], saved[8]};
    const NormBackward norm(channels_last(gradients[0]), z, y, saved[4], affine);
    const auto [dx, dw] = convolution_gradients(
        x, channels_last(weight), z, norm, context->saved_data["needs_input_gradient"].toBool());
    torch::autograd::variable_list all = {dx, dw, norm.weight_gradient, norm.bias_gradient, {}};
    if (y.defined()) all.push_back(norm.shortcut_gradient);
    return all;
  }
};

}  // namespace

at::Tensor fused_norm_relu(const at::Tensor& x, const NormState& norm, const at::Tensor& shortcut) {
  check_batch(x);
  const auto shortcuts = list_of(shortcut);
  return FusedNormRelu::apply(x, norm.weight, norm.bias, norm, at::TensorList(shortcuts));
}

at::Tensor fused_layer(const at::Tensor& x, const at::Tensor& weight, const NormState& norm,
                       const at::Tensor& shortcut) {
  check_batch(x);
  check_convolution(x, weight);
  const auto shortcuts = list_of(shortcut);
  return FusedLayer::apply(x, weight, norm.weight, norm.bias, norm, at::TensorList(shortcuts));
}

}  // namespace reslab
