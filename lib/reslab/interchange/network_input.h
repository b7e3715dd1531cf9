#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reslab/data/normalization.h"

namespace reslab {

/// What a trained network is to be given, and what its outputs mean.
struct NetworkInput {
  int height = 0;  // of the images, in pixels
  int width = 0;
  Normalization normalization;
  std::vector<std::string> classes;  // names, by label; empty where they are not known
};

/// The input as it goes with weights, in the metadata of their file: `height`, `width`, `mean` and
/// `std` (numbers between commas, in the order of Normalization), `classes` (a JSON list).
std::map<std::string, std::string> input_metadata(const NetworkInput& input);

/// Reads it back; nothing where the metadata do not tell it. Throws InvalidInput, `where` in front,
/// where they are damaged.
std::optional<NetworkInput> read_input(const std::map<std::string, std::string>& metadata,
                                       const std::string& where);

}  // namespace reslab
