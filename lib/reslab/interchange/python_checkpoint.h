#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "reslab/interchange/stored_tensor.h"
#include "reslab/interchange/weights_choice.h"
#include "reslab/interchange/zip_archive.h"

namespace reslab {

/// Chooses among the sets of a file: returns the index of the set whose tensors are read.
using ChooseSet = std::function<std::size_t(const std::vector<WeightsSet>&)>;

/// The folder of torch.save's records in the archive, usually "archive/". Throws InvalidInput if
/// there is no data.pkl.
std::string checkpoint_folder(const ZipArchive& archive, const std::string& where);

/// Reads the format of PyTorch 1.6 and later: the tensors of the dict that `choose` returns, in
/// the order of its entries. Runs no code of the file and ignores its other objects. All tensors of
/// the result are valid (`stored_tensor_error`). Throws InvalidInput with one line, which begins
/// with `where`, if the file is damaged, has no state dict, or one of the tensors cannot be read.
std::vector<StoredTensor> read_zip_checkpoint(const ZipArchive& archive, const std::string& where,
                                              const ChooseSet& choose);

/// Whether the bytes begin like a file of PyTorch before 1.6.
bool is_legacy_checkpoint(std::span<const std::byte> file);

/// Like read_zip_checkpoint, for the format before PyTorch 1.6.
std::vector<StoredTensor> read_legacy_checkpoint(std::span<const std::byte> file,
                                                 const std::string& where, const ChooseSet& choose);

}  // namespace reslab
