#pragma once

#include <map>
#include <string>

#include <torch/csrc/jit/api/module.h>

#include "reslab/interchange/onnx_model.h"

namespace reslab {

/// Translates a traced network (model/graph.h) to ONNX. The input is named `input`, its first
/// dimension `batch` is free; the output is named `logits`; weights keep their names. Throws
/// InvalidInput with a line for each operator that onnx_operators.h does not translate.
onnx::Model to_onnx(const torch::jit::Module& traced,
                    const std::map<std::string, std::string>& metadata = {});

}  // namespace reslab
