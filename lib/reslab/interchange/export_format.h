#pragma once

#include <string>
#include <vector>

namespace reslab {

enum class ExportFormat { torchscript, onnx, safetensors };

/// A kind of file that a trained network can be written as.
struct ExportFormatEntry {
  std::string name;  // as users name it
  std::string meaning;
  std::string ending;  // of the files' names
  ExportFormat format;
};

/// Every kind.
const std::vector<ExportFormatEntry>& export_formats();

}  // namespace reslab
