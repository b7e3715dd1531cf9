#include "reslab/model/norm.h"

namespace reslab {

at::Tensor norm(torch::nn::BatchNorm2d& bn, const at::Tensor& x) { return bn->forward(x); }

at::Tensor norm_relu(torch::nn::BatchNorm2d& bn, const at::Tensor& x) {
  return norm(bn, x).relu_();
}

at::Tensor norm_add_relu(torch::nn::BatchNorm2d& bn, const at::Tensor& x,
                         const at::Tensor& shortcut) {
  return norm(bn, x).add_(shortcut).relu_();
}

}  // namespace reslab
