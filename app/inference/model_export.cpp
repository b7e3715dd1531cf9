#include "app/inference/model_export.h"

#include <algorithm>

#include "reslab/interchange/export.h"

namespace reslab::app {

void export_model(const LoadedModel& model, ExportFormat format, const std::filesystem::path& path,
                  bool raw_input) {
  ExportOptions options;
  options.height = model.input.height;
  options.width = model.input.width;
  if (raw_input) options.raw_input = model.input.normalization;
  options.metadata = model.metadata;
  options.metadata.merge(input_metadata(model.input));
  options.metadata[kRawInput] = raw_input ? "true" : "false";
  options.metadata.erase("format");
  if (format == ExportFormat::safetensors)
    options.metadata["format"] = "pt";  // as Python's safetensors library writes it for PyTorch
  export_network(model.network, format, path, options);
}

void export_run(const RunDirectory& run, const std::vector<std::string>& formats) {
  for (const auto& entry : export_formats()) {
    const auto path = run.exported(entry.ending);
    const bool wanted = std::ranges::find(formats, entry.name) != formats.end();
    if (wanted && !std::filesystem::exists(path))
      export_model(load_model({run.path().string(), "", "", ""}), entry.format, path, false);
  }
}

}  // namespace reslab::app
