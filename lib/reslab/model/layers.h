#pragma once

#include <cstdint>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "reslab/model/norm.h"

namespace reslab {

/// A k×k convolution without bias that keeps the size at stride 1, weights by He et al. 2015
/// (normal, variance 2 / (k²·out)).
torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                              std::int64_t stride = 1);

torch::nn::BatchNorm2d batch_norm(std::int64_t channels, const BatchNormOptions& options);

/// A fully connected layer, weights by He et al. 2015 (normal, variance 2 / in), bias zero.
torch::nn::Linear linear(std::int64_t in, std::int64_t out);

}  // namespace reslab
