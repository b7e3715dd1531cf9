#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>

namespace reslab {

/// Moves the module to the device and its convolutions' weights to channels_last, the layout in
/// which the processors' convolutions are fastest.
void prepare(torch::nn::Module& module, at::Device device);

}  // namespace reslab
