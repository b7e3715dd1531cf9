#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <torch/csrc/jit/api/module.h>

#include "reslab/interchange/onnx_model.h"

namespace reslab {

/// A traced network (model/trace.h) in ONNX. Its input is named `input` and has a free first
/// dimension, `batch`, its output `logits`; weights keep their names. Throws InvalidInput with a
/// line for each operator that ONNX cannot express, or that the table of onnx_operators.h lacks.
onnx::Model to_onnx(const torch::jit::Module& traced,
                    const std::map<std::string, std::string>& metadata = {});

/// Writes a traced network as an ONNX file. Throws InvalidInput as `to_onnx`, and IoError.
void save_onnx(const std::filesystem::path& path, const torch::jit::Module& traced,
               const std::map<std::string, std::string>& metadata = {});

/// What is wrong with an ONNX file of a traced network, one line each; empty if nothing: what
/// onnx::problems finds, and weights that are not, byte for byte, those of the network.
std::vector<std::string> onnx_problems(const std::filesystem::path& path,
                                       const torch::jit::Module& traced);

}  // namespace reslab
