#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "reslab/interchange/stored_tensor.h"
#include "reslab/interchange/zip_archive.h"

namespace reslab {

/// The weights in a file that Python's torch.save wrote.
struct PythonCheckpoint {
  std::vector<StoredTensor> tensors;
  std::string section;  // the keys that lead to them, joined by dots; empty for the top level
  std::string others;   // other sections that may be weights, as a text; empty if there are none
};

/// The folder of torch.save's records in the archive, usually "archive/". Throws InvalidInput if
/// there is no data.pkl.
std::string checkpoint_folder(const ZipArchive& archive, const std::string& where);

/// Reads the format of PyTorch 1.6 and later. Takes the tensors of the dict that `section` names,
/// or if there is none, the dict that most likely holds a network's weights. Runs no code of the
/// file: objects beside the weights are ignored. All tensors are valid (`stored_tensor_error`).
/// Throws InvalidInput with one line, which begins with `where`, if the file is damaged or has no
/// state dict.
PythonCheckpoint read_zip_checkpoint(const ZipArchive& archive, const std::string& where,
                                     const std::string& section);

/// Whether the bytes begin like a file of PyTorch before 1.6.
bool is_legacy_checkpoint(std::span<const std::byte> file);

/// Like read_zip_checkpoint, for the format before PyTorch 1.6.
PythonCheckpoint read_legacy_checkpoint(std::span<const std::byte> file, const std::string& where,
                                        const std::string& section);

}  // namespace reslab
