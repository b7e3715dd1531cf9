#include "reslab/kernels/fused_norm.h"

#include <utility>
#include <vector>

#include <torch/torch.h>

#include "reslab/kernels/norm_backward.h"
#include "reslab/kernels/norm_statistics.h"

namespace reslab {
namespace {

thread_local bool fused_here = false;

class FusedNormRelu : public torch::autograd::Function<FusedNormRelu> {
 public:
  /// `shortcuts` is one or none: LibTorch takes no undefined tensor here.
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight, const at::Tensor& /*bias*/,
                            const NormTensors& norm, double momentum, double eps,
                            at::TensorList shortcuts) {
    const auto x = channels_last(given);
    const auto shortcut =
        shortcuts.empty() ? at::Tensor() : channels_last(shortcuts[0].to(x.scalar_type()));
    const PixelMatrix matrix(x);
    const auto moments = moments_of(x, matrix);
    remember(norm, moments, matrix.rows(), momentum);
    const auto lines = lines_of(norm, moments, eps);
    const auto y = apply_norm(matrix, x, lines, shortcut);
    // Without a shortcut x tells where y is above zero.
    context->save_for_backward({x, shortcut.defined() ? y : at::Tensor(), weight, lines.mean,
                                lines.inverse_std, lines.scale, lines.offset});
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &y = saved[1], &weight = saved[2];
    const NormLines lines{saved[3], saved[4], saved[5], saved[6]};
    const auto dy = channels_last(gradients[0].to(x.scalar_type()));
    const NormBackward backward(dy, x, y, weight, lines);
    auto dx = at::empty_like(x);
    backward.matrix().for_each_piece([&](std::int64_t first, std::int64_t rows) {
      backward.of_input(first, rows, backward.matrix().at(dx, first));
    });
    torch::autograd::variable_list all = {dx, backward.of_weight, backward.of_bias, {}, {}, {}};
    if (y.defined()) all.push_back(backward.of_shortcut);
    return all;
  }
};

}  // namespace

bool has_fused_norm(const at::Tensor& x) {
  return x.device().is_cpu() && x.dim() == 4 && x.numel() > x.size(1) && has_element(x);
}

at::Tensor fused_norm_relu(const at::Tensor& x, const NormTensors& norm, double momentum,
                           double eps, const at::Tensor& shortcut) {
  std::vector<at::Tensor> shortcuts;
  if (shortcut.defined()) shortcuts.push_back(shortcut);
  return FusedNormRelu::apply(x, norm.weight, norm.bias, norm, momentum, eps,
                              at::TensorList(shortcuts));
}

FusedScope::FusedScope(bool fused) : before_(std::exchange(fused_here, fused)) {}

FusedScope::~FusedScope() { fused_here = before_; }

bool FusedScope::fused() { return fused_here; }

}  // namespace reslab
