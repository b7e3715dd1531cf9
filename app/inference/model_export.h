#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/inference/model_source.h"
#include "app/runs/run_directory.h"
#include "reslab/interchange/export_format.h"

namespace reslab::app {

/// Key in an exported model's metadata: "true" if the model takes pixel values from 0 to 255 and
/// normalises them itself.
constexpr auto kRawInput = "raw_input";

/// Exports the model with its metadata (network, recipe, results) and that of `input_metadata`.
/// With `raw_input`, the file takes pixel values from 0 to 255. Throws like `export_network`.
void export_model(const LoadedModel& model, ExportFormat format, const std::filesystem::path& path,
                  bool raw_input);

/// Exports a finished run to each of the formats whose file (model.pt, model.onnx) is missing in
/// the run's directory. `formats`: names in `export_formats()`. Throws like `export_network`.
void export_run(const RunDirectory& run, const std::vector<std::string>& formats);

}  // namespace reslab::app
