#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/runs/run_directory.h"
#include "reslab/data/options.h"
#include "reslab/interchange/export_format.h"
#include "reslab/interchange/network_input.h"
#include "reslab/interchange/weights_file.h"
#include "reslab/model/network.h"

namespace reslab::app {

/// The command line's description of a trained network.
struct ModelSource {
  /// A run directory, a safetensors file whose metadata name the network (runs and exports write
  /// such files), or NETWORK, which needs `weights`.
  std::string model;
  std::string weights;    // FILE[:SECTION] or a run directory
  std::string data;       // DATASET[:DIR]
  std::string normalize;  // value of the setting `normalize`: a word or JSON
  int size = 0;           // of the network's input in pixels; 0: that of the weights
  int short_side = 0;     // of images before the centre crop; 0: that of the weights

  /// Whether the source changes the input that is stored with the weights.
  bool changes_input() const { return !normalize.empty() || size != 0 || short_side != 0; }
};

/// Whether the model is a run directory. Throws InvalidInput if it is one and the source also gives
/// weights, because a run has its own.
bool is_run(const ModelSource& source);

/// A trained network with the information that using it needs.
struct LoadedModel {
  std::string name;                  // "resnet-20:padding=both"
  std::shared_ptr<Network> network;  // float32, on the CPU, in evaluation mode
  NetworkInput input;
  std::map<std::string, std::string> metadata;  // for an export: recipe, results, …
  std::vector<std::string> notes;               // assumptions and omitted weights, for the user
  bool size_assumed = false;                    // the input's size is neither stored nor given
};

/// Loads the model. Its input is what the source gives, otherwise what is stored with the weights,
/// otherwise the size of the network's family and ImageNet's normalisation; notes say what is
/// assumed. Throws InvalidInput.
LoadedModel load_model(const ModelSource& source);

/// The input that is stored with a run's weights, with the changes of the source. Throws
/// InvalidInput if none is stored.
NetworkInput input_of_run(const WeightsFile& weights, const ModelSource& source);

/// Prints the first lines about images that cannot be read, and the number of further lines.
void print_left_out(const std::vector<std::string>& lines);

/// Loads data whose images become the network's input: a folder's are resized and cropped to it.
/// Prints what was found. Throws InvalidInput if the images have another size or number of
/// channels. A size that the model assumes gives way to that of the data.
DataSet load_for(NetworkInput& input, DataOptions data, Splits splits, std::int64_t channels,
                 bool size_assumed = false);

/// Reads `DATASET[:DIR]`. Throws InvalidInput with a line that begins with `where`.
DataOptions parse_data(const std::string& text, const std::string& where);

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
