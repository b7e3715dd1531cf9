#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reslab/data/normalization.h"

namespace reslab {

/// The images that a trained network expects, and the names of its classes.
struct NetworkInput {
  int height = 0;  // of the images, in pixels
  int width = 0;
  Normalization normalization;
  std::vector<std::string> classes;  // names, by label; empty if unknown
  int short_side = 0;            // of images before the centre crop; 0: they have the input's size
  bool exif_orientation = true;  // images are rotated as their EXIF data say
};

/// The metadata of a weights file: `height`, `width`, `mean` and `std` (numbers separated by
/// commas, in the order of Normalization), `classes` (a JSON list), `short_side` unless it is 0,
/// and `exif_orientation` ("false") unless it is true.
std::map<std::string, std::string> input_metadata(const NetworkInput& input);

/// Reads the metadata of input_metadata(). Returns nothing if there is no `mean`. Throws
/// InvalidInput, with a message that begins with `where`, for damaged values.
std::optional<NetworkInput> read_input(const std::map<std::string, std::string>& metadata,
                                       const std::string& where);

}  // namespace reslab
