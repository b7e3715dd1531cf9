#include "reslab/kernels/convolution.h"

#include <torch/torch.h>

#include "reslab/kernels/direct.h"
#include "reslab/kernels/pixel_matrix.h"
#include "reslab/kernels/processor_kernels.h"
#include "reslab/kernels/winograd.h"

namespace reslab {
namespace {

at::Tensor forward(const at::Tensor& x, const at::Tensor& weight, const ConvolutionEnd& end) {
  const auto w = channels_last(weight);
  return has_direct(w) ? direct_convolution(x, w, end) : winograd_convolution(x, w, end);
}

class FastConvolution : public torch::autograd::Function<FastConvolution> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight) {
    const auto x = channels_last(given);
    context->save_for_backward({x, weight});
    context->saved_data["to_input"] = given.requires_grad();
    return reslab::forward(x, weight, {});
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], w = channels_last(saved[1]), dy = channels_last(gradients[0]);
    const bool to_input = context->saved_data["to_input"].toBool();
    if (has_direct(w)) {
      const auto [dx, dw, none] = at::convolution_backward(
          dy.to(at::kFloat), x.to(at::kFloat), w, at::OptionalIntArrayRef(), {1, 1}, {1, 1}, {1, 1},
          false, {0, 0}, 1, {to_input, true, false});
      return {to_input ? dx.to(x.scalar_type()) : dx, dw};
    }
    return {to_input ? winograd_input_gradient(dy, w) : at::Tensor(),
            winograd_weight_gradient(x, dy)};
  }
};

}  // namespace

bool has_fast_convolution(const at::Tensor& x, const at::Tensor& weight) {
  return x.device().is_cpu() && x.dim() == 4 && x.numel() > 0 && has_element(x) &&
         weight.scalar_type() == at::kFloat && weight.size(2) == 3 && weight.size(3) == 3 &&
         x.size(1) == weight.size(1) && (has_direct(weight) || has_winograd(weight));
}

at::Tensor fast_convolution(const at::Tensor& x, const at::Tensor& weight) {
  return FastConvolution::apply(x, weight);
}

at::Tensor fast_inference(const at::Tensor& x, const at::Tensor& weight,
                          const ConvolutionTail& tail) {
  const torch::NoGradGuard no_grad;
  const auto bias = tail.bias.defined() ? tail.bias.contiguous() : tail.bias;
  const auto addend =
      tail.addend.defined() ? channels_last(tail.addend.to(x.scalar_type())) : tail.addend;
  return forward(channels_last(x), weight,
                 {bias.defined() ? bias.data_ptr<float>() : nullptr,
                  addend.defined() ? addend.data_ptr() : nullptr, tail.relu});
}

}  // namespace reslab
