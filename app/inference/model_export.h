#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/inference/model_source.h"
#include "app/runs/run_directory.h"
#include "reslab/interchange/export_format.h"

namespace reslab::app {

/// The metadata of an exported model: "true" where it normalises raw images itself.
constexpr auto kRawInput = "raw_input";

/// Writes the model, with what is known of it as metadata: network, recipe, results, and the keys
/// of `input_metadata`. With `raw_input` it takes images of 0 … 255. Throws as `export_network`.
void export_model(const LoadedModel& model, ExportFormat format, const std::filesystem::path& path,
                  bool raw_input);

/// Writes those of a finished run's exports that are not there yet, by the names of their formats:
/// model.pt, model.onnx. Throws as `export_network`.
void export_run(const RunDirectory& run, const std::vector<std::string>& formats);

}  // namespace reslab::app
