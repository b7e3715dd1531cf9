#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "reslab/interchange/onnx_model.h"

namespace reslab::onnx {

/// The bytes of an ONNX file. Throws InvalidInput for a model over 2 GiB, more than a protobuf
/// holds.
std::string to_bytes(const Model& model);

/// Reads what `to_bytes` writes; parts of the format that Model does not have are left out. The
/// tensors' bytes are those of `file`. Throws InvalidInput with `where` in front of what is wrong.
Model parse(std::span<const std::byte> file, const std::string& where);

}  // namespace reslab::onnx
