#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "reslab/interchange/onnx_model.h"

namespace reslab::onnx {

/// The bytes of an ONNX file. Throws InvalidInput for a model over 2 GiB, the limit of protobuf.
std::string to_bytes(const Model& model);

/// Parses the bytes of an ONNX file; ignores parts of the format that Model lacks. The tensors are
/// views of `file`. Throws InvalidInput, with a message that begins with `where`, for a damaged
/// file.
Model parse(std::span<const std::byte> file, const std::string& where);

}  // namespace reslab::onnx
