#pragma once

#include <functional>
#include <map>
#include <string>

#include "reslab/interchange/onnx_graph.h"

namespace reslab::onnx {

/// The version of ONNX's operators that the table is written for. 17 (2022) has all that networks
/// need, so that tools which know 18 and later read it as older ones do.
constexpr std::int64_t kOpset = 17;
/// The version of the format that belongs to it.
constexpr std::int64_t kIrVersion = 8;

/// Adds to the graph what a traced node computes. Throws InvalidInput naming the node where ONNX
/// cannot express it.
using Translate = std::function<void(GraphBuilder&, const torch::jit::Node&)>;

/// How every operator of the networks is said in ONNX, by its name in the traced graph
/// ("aten::relu_").
const std::map<std::string, Translate>& operators();

}  // namespace reslab::onnx
