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

/// Returns the tensor with that name, or an undefined tensor if there is none.
at::Tensor find(const NamedTensors& tensors, const std::string& name);

/// Content of a safetensors file: tensors and metadata.
struct TensorFile {
  NamedTensors tensors;
  std::map<std::string, std::string> metadata;

  /// Returns the tensor with that name, or an undefined tensor if there is none.
  at::Tensor find(const std::string& name) const { return reslab::find(tensors, name); }
};

/// Writes a safetensors file with tensors of any device and layout. Throws IoError.
void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata = {});

/// Reads a safetensors file. Throws InvalidInput with the path if it does not exist or is damaged.
TensorFile load_tensors(const std::filesystem::path& path);

/// Converts a stored tensor to a contiguous one. Throws InvalidInput, with `where` as the file's
/// name, if LibTorch does not have its type.
at::Tensor tensor_of(const StoredTensor& stored, const std::string& where);

/// Returns the module's state dict: its parameters, then its buffers, by their hierarchical names.
NamedTensors state_of(const torch::nn::Module& module);

/// Returns the names, types and shapes of tensors.
std::vector<WeightEntry> entries_of(const NamedTensors& tensors);

/// Copies the values of `from` into the tensors of the same names in `to`. Throws InvalidInput if
/// one is absent or has another shape; `where` is the file's name.
void copy_by_name(const NamedTensors& to, const NamedTensors& from, const std::string& where);

/// Throws InvalidInput with the name of the first tensor that contains a value that is not finite.
/// The message begins with `where`.
void require_finite(const NamedTensors& tensors, const std::string& where);

/// Copies the values into the module. Throws InvalidInput, before anything changes, with one line
/// for each entry that is absent, unexpected or of another shape. `where` is the file's name.
void set_state(torch::nn::Module& module, const NamedTensors& state, const std::string& where);

}  // namespace reslab
