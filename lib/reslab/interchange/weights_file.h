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

/// The formats of files that hold a trained network.
enum class ModelFormat {
  safetensors,
  checkpoint_zip,     // Python's torch.save, since 1.6
  checkpoint_legacy,  // before
  torchscript,        // a whole network, which does not need ours
};

/// Tells the format from the content. Throws InvalidInput, `where` in front, for any other file.
ModelFormat model_format(std::span<const std::byte> file, const std::string& where);

/// Weights under their names, from a file of any format but TorchScript.
struct WeightsFile {
  std::string where;  // its path, for messages
  ModelFormat format = ModelFormat::safetensors;
  std::string section;                          // of a checkpoint: the key that they were under
  std::vector<StoredTensor> tensors;            // each without a problem()
  std::map<std::string, std::string> metadata;  // of safetensors
};

/// Reads the file. Throws InvalidInput with one line where it is missing, damaged or no file of
/// weights, IoError where it cannot be read.
WeightsFile read_weights(const std::filesystem::path& path);

/// The same from a file's bytes, `where` being its path for messages.
WeightsFile parse_weights(const std::shared_ptr<const std::vector<std::byte>>& file,
                          const std::string& where);

}  // namespace reslab
