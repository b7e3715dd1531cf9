#pragma once

#include <ATen/core/Tensor.h>

namespace reslab {

/// Input and targets of a network.
struct Batch {
  at::Tensor images;  // N × 3 × height × width, float32, channels_last in memory
  at::Tensor labels;  // N, int64
};

}  // namespace reslab
