#include "reslab/kernels/checks.h"

#include <ATen/core/grad_mode.h>

#include "reslab/kernels/cpu_kernels.h"

namespace reslab {
namespace {

void check_images(const at::Tensor& x) {
  TORCH_CHECK(x.device().is_cpu() && x.dim() == 4 && x.numel() > 0 && has_element(x),
              "fused kernels take float32 or bfloat16 images (N, C, H, W) on the CPU, found ",
              x.sizes(), ' ', x.scalar_type(), " on ", x.device());
}

}  // namespace

void check_batch(const at::Tensor& x) {
  check_images(x);
  TORCH_CHECK(x.numel() > x.size(1),
              "BatchNorm takes more than one value per channel in training, found ", x.sizes());
}

void check_convolution(const at::Tensor& x, const at::Tensor& weight) {
  check_images(x);
  TORCH_CHECK(weight.scalar_type() == at::kFloat && weight.dim() == 4 &&
                  weight.size(1) == x.size(1) && weight.size(2) == 3 && weight.size(3) == 3,
              "fused kernels take float32 weights (K, ", x.size(1), ", 3, 3), found ",
              weight.sizes(), ' ', weight.scalar_type());
}

void refuse_second_derivative() {
  TORCH_CHECK(!at::GradMode::is_enabled(),
              "fused kernels have no second derivative; compute the network with LibTorch's "
              "operators (\"kernels\": \"aten\")");
}

}  // namespace reslab
