#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "app/bench/step_timer.h"

namespace reslab::app {

/// Only the convolutions of a network's training step: LibTorch's forward and backward passes on
/// random tensors of the same shapes, precision and layout. The input of the first convolution has
/// no gradient.
class ConvolutionSteps {
 public:
  explicit ConvolutionSteps(const StepTiming& timing);

  void run() const;

 private:
  struct Convolution {
    at::Tensor input, weight, gradient;  // of the output
    std::vector<std::int64_t> stride, padding, dilation;
    std::int64_t groups = 1;
  };

  std::vector<Convolution> convolutions_;  // in forward order
};

}  // namespace reslab::app
