#pragma once

#include <functional>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/nn/module.h>

namespace reslab {

/// Records `forward(example)` as a TorchScript module. The result has the names of `module` and
/// shares its parameters and buffers. Its `forward` is the recorded graph, whose values carry the
/// shapes of this call. Tracing happens in evaluation mode; afterwards `module` is in its former
/// mode.
torch::jit::Module trace(torch::nn::Module& module,
                         const std::function<at::Tensor(const at::Tensor&)>& forward,
                         const at::Tensor& example);

}  // namespace reslab
