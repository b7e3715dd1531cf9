#pragma once

#include <ATen/core/Tensor.h>

#include "reslab/base/random.h"

namespace reslab {

/// Draws the weight λ of an image in its mixture with another one, from Beta(alpha, alpha)
/// (Zhang et al. 2018, mixup, section 2).
double draw_mixup_weight(double alpha, Random random);

/// Images and labels of a batch, each shifted by one place; the last one comes first.
at::Tensor rolled(const at::Tensor& batch);

}  // namespace reslab
