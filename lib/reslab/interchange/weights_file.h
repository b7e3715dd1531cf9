#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reslab/interchange/stored_tensor.h"

namespace reslab {

/// Formats of files with a trained network.
enum class ModelFormat {
  safetensors,
  checkpoint_zip,     // Python's torch.save of PyTorch 1.6 and later
  checkpoint_legacy,  // Python's torch.save of PyTorch before 1.6
  torchscript,        // the network with its weights
};

/// Detects the format from the content. Throws InvalidInput, with a message that begins with
/// `where`, for any other file.
ModelFormat model_format(std::span<const std::byte> file, const std::string& where);

/// The tensors in a file of any format but TorchScript.
struct WeightsFile {
  std::string where;  // the file's path, for messages
  ModelFormat format = ModelFormat::safetensors;
  std::string section;                          // of a checkpoint: the key that contained them
  std::vector<StoredTensor> tensors;            // all valid (`stored_tensor_error`)
  std::map<std::string, std::string> metadata;  // empty unless safetensors
};

/// Reads a weights file. Throws InvalidInput with one line if the file is missing, damaged or no
/// weights file, and IoError if reading fails.
WeightsFile read_weights(const std::filesystem::path& path);

/// Parses the bytes of a weights file. Error messages begin with `where`, usually the path.
WeightsFile parse_weights(const std::shared_ptr<const std::vector<std::byte>>& file,
                          const std::string& where);

}  // namespace reslab
