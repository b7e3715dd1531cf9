#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "reslab/data/normalization.h"
#include "reslab/interchange/export_format.h"
#include "reslab/model/network.h"

namespace reslab {

struct ExportOptions {
  /// Size of the images in pixels. An ONNX file accepts only this size, a TorchScript file every
  /// size that the network and the normalisation accept.
  std::int64_t height = 32;
  std::int64_t width = 32;
  /// If set, the model takes RGB pixel values from 0 to 255 (ONNX: uint8) and normalises them;
  /// otherwise it takes normalised images. Not for safetensors, which holds weights only.
  std::optional<Normalization> raw_input;
  /// Written into the file beside the model: class names, recipe, results, …
  std::map<std::string, std::string> metadata;
};

/// The exported file does not compute the same as the network.
class ExportFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Exports a float32 network on the CPU in evaluation mode: images (N, channels, height, width) to
/// logits (N, classes), for any N. Verifies the file before it replaces the one at `path`.
/// TorchScript and safetensors files are read back and run on sample images in two batch sizes;
/// logits may differ by 1e-5 of the largest one. The graph of an ONNX file is checked, and its
/// bytes are read back. Throws InvalidInput for networks that the format cannot express and for
/// weights or outputs that are not finite numbers, ExportFailed or IoError; then `path` is
/// unchanged.
void export_network(const std::shared_ptr<Network>& network, ExportFormat format,
                    const std::filesystem::path& path, const ExportOptions& options);

}  // namespace reslab
