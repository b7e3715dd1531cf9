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
  std::vector<StoredTensor> tensors;  // without the `module.` in front of every name, if it was
  std::string section;                // the key that they were under; empty: the top level
};

/// Where in the archive torch.save's records are, "archive/" as a rule; throws InvalidInput where
/// there is no data.pkl.
std::string checkpoint_folder(const ZipArchive& archive, const std::string& where);

/// Reads a file as PyTorch writes it since 1.6. Nothing of the file is run: a pickle that names
/// anything but a checkpoint_global() is refused. The tensors have no problem() each. Throws
/// InvalidInput with one line, `where` in front, for what is damaged or no state dict.
PythonCheckpoint read_zip_checkpoint(const ZipArchive& archive, const std::string& where);

/// Whether the bytes begin as PyTorch's files before 1.6 do.
bool is_legacy_checkpoint(std::span<const std::byte> file);

/// Reads such a file, as read_zip_checkpoint does.
PythonCheckpoint read_legacy_checkpoint(std::span<const std::byte> file, const std::string& where);

}  // namespace reslab
