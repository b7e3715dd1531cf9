#pragma once

#include <functional>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/nn/module.h>

namespace reslab {

/// Records what `forward` does with `example` as a TorchScript module. It has the same tree of
/// names as `module` and shares its parameters and buffers; its `forward` is the recorded graph,
/// whose values carry the shapes seen. The module is traced in evaluation mode and left in the mode
/// it was in.
torch::jit::Module trace(torch::nn::Module& module,
                         const std::function<at::Tensor(const at::Tensor&)>& forward,
                         const at::Tensor& example);

}  // namespace reslab
