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
  /// Of the images, in pixels. A TorchScript file takes other sizes as well where the network and
  /// the normalisation do; an ONNX file has this one.
  std::int64_t height = 32;
  std::int64_t width = 32;
  /// With it the model takes RGB images of 0 … 255 (ONNX: bytes) and normalises them itself;
  /// without, images that are normalised. Not for safetensors, which holds no program.
  std::optional<Normalization> raw_input;
  /// What goes into the file beside the model: names of classes, recipe, results …
  std::map<std::string, std::string> metadata;
};

/// The file that was written does not compute what the network does.
class ExportFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes a float32 network on the CPU, in evaluation mode, (N, channels, height, width) to logits
/// (N, classes) for any N, as a file that is verified before it is put in its place: a TorchScript
/// or safetensors file is read back and run on drawn images in two batch sizes, and may differ by
/// 1e-5 of the largest logit; an ONNX file is read back, its nodes and weights are checked.
/// Throws InvalidInput for what the format cannot express, ExportFailed and IoError; then nothing
/// is changed at `path`.
void export_network(const std::shared_ptr<Network>& network, ExportFormat format,
                    const std::filesystem::path& path, const ExportOptions& options);

}  // namespace reslab
