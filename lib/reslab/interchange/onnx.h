#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <torch/csrc/jit/api/module.h>

#include "reslab/interchange/onnx_model.h"

namespace reslab {

/// Translates a traced network (model/trace.h) to ONNX. The input is named `input`, its first
/// dimension `batch` is free; the output is named `logits`; weights keep their names. Throws
/// InvalidInput with a line for each operator that onnx_operators.h does not translate.
onnx::Model to_onnx(const torch::jit::Module& traced,
                    const std::map<std::string, std::string>& metadata = {});

/// Writes a traced network as an ONNX file. Throws InvalidInput like `to_onnx`, and IoError.
void save_onnx(const std::filesystem::path& path, const torch::jit::Module& traced,
               const std::map<std::string, std::string>& metadata = {});

/// Returns a line for each error in an ONNX file of the traced network: those of onnx::errors, and
/// weights that differ from the network's in any byte.
std::vector<std::string> onnx_file_errors(const std::filesystem::path& path,
                                          const torch::jit::Module& traced);

}  // namespace reslab
