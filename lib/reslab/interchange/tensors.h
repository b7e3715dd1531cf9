#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include "reslab/interchange/stored_tensor.h"
#include "reslab/interchange/weights_match.h"

namespace reslab {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Tensors and the strings that go with them, as a safetensors file holds them.
struct TensorFile {
  NamedTensors tensors;
  std::map<std::string, std::string> metadata;

  /// The tensor of that name, undefined if there is none.
  at::Tensor find(const std::string& name) const;
};

/// Writes a safetensors file; tensors of any device, stored contiguous. Throws IoError.
void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata = {});

/// Reads a safetensors file. Throws InvalidInput with the path when it is missing or damaged.
TensorFile load_tensors(const std::filesystem::path& path);

/// The tensor's elements in C order. Throws InvalidInput, `where` in front, for a type that
/// LibTorch does not have.
at::Tensor tensor_of(const StoredTensor& stored, const std::string& where);

/// Parameters, then buffers, by their hierarchical names: what a network's weights file holds.
NamedTensors state_of(const torch::nn::Module& module);

/// The names, types and shapes of tensors.
std::vector<WeightEntry> entries_of(const NamedTensors& tensors);

/// Copies the values into the module. Throws InvalidInput with a line for each missing, unexpected
/// or misshapen entry, and then has changed nothing.
void set_state(torch::nn::Module& module, const NamedTensors& state, const std::string& where);

}  // namespace reslab
