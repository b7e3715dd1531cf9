#include "reslab/interchange/export_format.h"

namespace reslab {

const std::vector<ExportFormatEntry>& export_formats() {
  static const std::vector<ExportFormatEntry> formats = {
      {"torchscript", "the network and its weights, for torch::jit::load and torch.jit.load", ".pt",
       ExportFormat::torchscript},
      {"onnx", "the network and its weights, for ONNX Runtime and many other tools", ".onnx",
       ExportFormat::onnx},
      {"safetensors", "only the weights, with torchvision's names", ".safetensors",
       ExportFormat::safetensors}};
  return formats;
}

}  // namespace reslab
