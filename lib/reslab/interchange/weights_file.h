#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "reslab/interchange/stored_tensor.h"
#include "reslab/interchange/weights_choice.h"

namespace reslab {

/// Formats of files with a trained network.
enum class ModelFormat {
  safetensors,
  checkpoint_zip,     // Python's torch.save of PyTorch 1.6 and later
  checkpoint_legacy,  // Python's torch.save of PyTorch before 1.6
  torchscript,        // the network with its weights
};

/// Detects the format from the content. Throws InvalidInput, with a message that begins with
/// `where` and says what the file is, for any other file.
ModelFormat model_format(std::span<const std::byte> file, const std::string& where);

/// Says what a file is, from its first bytes: "an ONNX file", "a checkpoint of PyTorch", "a text
/// file".
std::string kind_of(std::span<const std::byte> file);

/// A set of tensors in a file of any format but TorchScript, with the names that choose_weights()
/// gives them.
struct WeightsFile {
  std::string where;  // the file's path, for messages
  ModelFormat format = ModelFormat::safetensors;
  std::string section;                          // of a checkpoint: the keys that lead to the set
  std::vector<StoredTensor> tensors;            // all valid (`stored_tensor_error`)
  std::map<std::string, std::string> metadata;  // empty unless safetensors
  std::string note;  // for the user: which of several sets of weights was used; usually empty
};

/// Splits FILE:SECTION. The section is empty if there is a file of the whole name.
std::pair<std::string, std::string> split_section(const std::string& text);

/// Reads a weights file. `section` and `wanted` choose among several sets of weights
/// (choose_weights). Throws InvalidInput with one line if the file is missing, damaged or not
/// a weights file, and IoError if reading fails.
WeightsFile read_weights(const std::filesystem::path& path, const std::string& section = "",
                         const WantedWeights& wanted = {});

/// Parses the bytes of a weights file. Error messages begin with `where`, usually the path.
WeightsFile parse_weights(const std::shared_ptr<const std::vector<std::byte>>& file,
                          const std::string& where, const std::string& section = "",
                          const WantedWeights& wanted = {});

/// The names, types and shapes of the file's tensors.
std::vector<WeightEntry> entries_of(const WeightsFile& file);

}  // namespace reslab
