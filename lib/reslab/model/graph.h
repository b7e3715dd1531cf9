#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <torch/csrc/jit/ir/ir.h>

namespace reslab {

// What is read off the nodes of a traced graph (model/trace.h).

/// The shape that the value had when the graph was recorded. The value must be a tensor.
std::vector<std::int64_t> shape_of(const torch::jit::Value* value);

/// "layer1.0.conv1.weight" for a parameter's or a buffer's value, empty for any other.
std::string attribute_path(const torch::jit::Value* value);

/// The integers of a recorded constant: of a list, or a single one. Nothing for other values.
std::optional<std::vector<std::int64_t>> integers_of(const torch::jit::Value* value);

/// A convolution's inputs.
struct ConvolutionNode {
  const torch::jit::Value* input = nullptr;
  const torch::jit::Value* weight = nullptr;
  const torch::jit::Value* bias = nullptr;  // null where there is none
  std::vector<std::int64_t> stride;
  std::vector<std::int64_t> padding;
  std::vector<std::int64_t> dilation;
  std::int64_t groups = 1;
};

/// Reads a convolution, recorded as conv2d or _convolution; nothing for other nodes and for kinds
/// of convolution that networks do not use (transposed, padding by a word).
std::optional<ConvolutionNode> convolution_of(const torch::jit::Node& node);

/// A linear layer's inputs.
struct LinearNode {
  const torch::jit::Value* input = nullptr;
  const torch::jit::Value* weight = nullptr;  // (out, in)
  const torch::jit::Value* bias = nullptr;    // null where there is none
};

/// Reads a linear layer, recorded as linear(x, weight, bias) or addmm(bias, x, t(weight)); nothing
/// for other nodes.
std::optional<LinearNode> linear_of(const torch::jit::Node& node);

}  // namespace reslab
