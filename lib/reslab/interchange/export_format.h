#pragma once

#include <string>
#include <vector>

namespace reslab {

enum class ExportFormat { torchscript, onnx, safetensors };

struct ExportFormatEntry {
  std::string name;     // as users write it
  std::string meaning;  // one line
  std::string ending;   // the files' extension
  ExportFormat format;
};

/// All formats that a trained network can be exported to.
const std::vector<ExportFormatEntry>& export_formats();

}  // namespace reslab
