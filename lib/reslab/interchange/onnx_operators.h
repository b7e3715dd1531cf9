#pragma once

#include <functional>
#include <map>
#include <string>

#include "reslab/interchange/onnx_graph.h"

namespace reslab::onnx {

/// Version of ONNX's operator set. 17 (2022) has all operators that networks need, and both older
/// and newer tools read it.
constexpr std::int64_t kOpset = 17;
/// Version of the file format that belongs to this operator set.
constexpr std::int64_t kIrVersion = 8;

/// Adds the ONNX nodes for a traced node to the graph. Throws InvalidInput, naming the node, if
/// ONNX cannot express it.
using Translate = std::function<void(GraphBuilder&, const torch::jit::Node&)>;

/// The translations of all operators that networks use, by their names in the traced graph
/// ("aten::relu_").
const std::map<std::string, Translate>& operators();

}  // namespace reslab::onnx
