#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/nn/module.h>

namespace reslab {

/// Records `forward(example)` as a TorchScript module. The result has the names of `module` and
/// shares its parameters and buffers. Its `forward` is the recorded graph, whose values carry the
/// shapes of this call. Tracing happens in evaluation mode; afterwards `module` is in its former
/// mode.
torch::jit::Module trace(torch::nn::Module& module,
                         const std::function<at::Tensor(const at::Tensor&)>& forward,
                         const at::Tensor& example);

// Functions that read the nodes of such a graph.

/// The shape of the value when the graph was recorded. Requires a tensor.
std::vector<std::int64_t> shape_of(const torch::jit::Value* value);

/// The name of a parameter or buffer, e.g. "layer1.0.conv1.weight"; empty for other values.
std::string attribute_path(const torch::jit::Value* value);

/// The integers of a constant, which is one integer or a list. Nothing for other values.
std::optional<std::vector<std::int64_t>> integers_of(const torch::jit::Value* value);

/// The inputs and options of a convolution.
struct ConvolutionNode {
  const torch::jit::Value* input = nullptr;
  const torch::jit::Value* weight = nullptr;
  const torch::jit::Value* bias = nullptr;  // null if there is none
  std::vector<std::int64_t> stride;
  std::vector<std::int64_t> padding;
  std::vector<std::int64_t> dilation;
  std::int64_t groups = 1;
};

/// Reads a convolution, recorded as conv2d or _convolution. Nothing for other nodes, for transposed
/// convolutions and for padding given as a word.
std::optional<ConvolutionNode> convolution_of(const torch::jit::Node& node);

/// The inputs of a linear layer.
struct LinearNode {
  const torch::jit::Value* input = nullptr;
  const torch::jit::Value* weight = nullptr;  // (out, in)
  const torch::jit::Value* bias = nullptr;    // null if there is none
};

/// Reads a linear layer, recorded as linear(x, weight, bias) or addmm(bias, x, t(weight)). Nothing
/// for other nodes.
std::optional<LinearNode> linear_of(const torch::jit::Node& node);

}  // namespace reslab
