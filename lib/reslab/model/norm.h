#pragma once

#include <torch/nn/modules/batchnorm.h>

#include "reslab/model/batch_norm_options.h"

namespace reslab {

// All that happens between two convolutions goes through these functions. Shapes (N, C, H, W).

/// BatchNorm(x).
at::Tensor norm(torch::nn::BatchNorm2d& bn, const at::Tensor& x);
/// ReLU(BatchNorm(x)).
at::Tensor norm_relu(torch::nn::BatchNorm2d& bn, const at::Tensor& x);
/// ReLU(BatchNorm(x) + shortcut).
at::Tensor norm_add_relu(torch::nn::BatchNorm2d& bn, const at::Tensor& x,
                         const at::Tensor& shortcut);

}  // namespace reslab
