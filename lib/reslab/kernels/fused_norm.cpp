#include "reslab/kernels/fused_norm.h"

#include <vector>

#include <torch/torch.h>

#include "reslab/kernels/checks.h"
#include "reslab/kernels/norm_backward.h"
#include "reslab/kernels/norm_statistics.h"

namespace reslab {
namespace {

class FusedNormRelu : public torch::autograd::Function<FusedNormRelu> {
 public:
  /// `shortcuts` has one element or none: LibTorch takes no undefined tensor here.
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight, const at::Tensor& /*bias*/,
                            const NormTensors& norm, double momentum, double eps,
                            at::TensorList shortcuts) {
    const auto x = channels_last(given);
    const auto shortcut =
        shortcuts.empty() ? at::Tensor() : channels_last(shortcuts[0].to(x.scalar_type()));
    const PixelMatrix matrix(x);
    const auto moments = moments_of(x, matrix);
    update_running_statistics(norm, moments, matrix.rows(), momentum);
    const auto affine = affine_of(norm, moments, eps);
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
    torch::autograd::variable_list all = {dx, norm.weight_gradient, norm.bias_gradient, {}, {}, {}};
    if (y.defined()) all.push_back(norm.shortcut_gradient);
    return all;
  }
};

}  // namespace

at::Tensor fused_norm_relu(const at::Tensor& x, const NormTensors& norm, double momentum,
                           double eps, const at::Tensor& shortcut) {
  check_batch(x);
  std::vector<at::Tensor> shortcuts;
  if (shortcut.defined()) shortcuts.push_back(shortcut);
  return FusedNormRelu::apply(x, norm.weight, norm.bias, norm, momentum, eps,
                              at::TensorList(shortcuts));
}

}  // namespace reslab
