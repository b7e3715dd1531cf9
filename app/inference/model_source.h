#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/runs/stored_run.h"
#include "reslab/data/options.h"
#include "reslab/interchange/network_input.h"
#include "reslab/model/network.h"

namespace reslab::app {

/// What a command line says about the trained network that it is to use.
struct ModelSource {
  /// A run's directory; a safetensors file that says which network it is of, as those of runs and
  /// exports do; or NETWORK, which needs `weights`.
  std::string model;
  std::string weights;    // a file, or a run's directory
  std::string data;       // DATASET[:DIR]
  std::string normalize;  // as the setting of that name: a word, or JSON
};

/// Whether the model is a run's directory. Throws InvalidInput where it is one and the source says
/// besides what a run says itself: its weights, its normalisation.
bool is_run(const ModelSource& source);

/// A trained network, ready to compute, with what has to be known to use it.
struct LoadedModel {
  std::string name;                  // "resnet-20:padding=both"
  std::shared_ptr<Network> network;  // float32, on the CPU, in evaluation mode
  NetworkInput input;
  std::map<std::string, std::string> metadata;  // for an export: recipe, results, …
  std::vector<std::string> notes;               // for people: what was assumed, what was left out
};

/// Loads it. The normalisation is the given one, else what was stored with the weights, else
/// ImageNet's constants, which is noted. Throws InvalidInput.
LoadedModel load_model(const ModelSource& source);

/// Reads `DATASET[:DIR]`. Throws InvalidInput with `where` in front.
DataOptions parse_data(const std::string& text, const std::string& where);

}  // namespace reslab::app
