#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reslab/model/network_spec.h"

namespace reslab {

/// A tensor of a network's state dict or of a weights file.
struct WeightEntry {
  std::string name;
  std::string dtype;  // in safetensors' spelling
  std::vector<std::int64_t> shape;
};

/// The source of a network entry's value.
struct WeightSource {
  enum class From {
    file,
    zero,    // for num_batches_tracked, which old files lack
    network  // keeps its own value
  };
  From from = From::file;
  std::size_t index = 0;  // of the file's entry
};

struct WeightsMatch {
  std::vector<WeightSource> sources;  // one for each entry that the network needs
  std::vector<std::string> notes;     // for the user: entries not loaded from the file
};

/// Finds each entry that a network needs in a file. The entry has torchvision's name or the name in
/// the reference CIFAR port (`linear` for `fc`, `shortcut` for `downsample`). Entries of the layer
/// `head`, such as "fc", may have another number of classes; the network then keeps its own. Throws
/// InvalidInput with a line for each missing, misshapen or superfluous entry, at most twenty; lines
/// begin with `where`.
WeightsMatch match_weights(const std::vector<WeightEntry>& needed,
                           const std::vector<WeightEntry>& given, const std::string& where,
                           const std::string& head = "");

/// torchvision's name for an entry named `name` in the reference CIFAR port
/// (https://github.com/akamaster/pytorch_resnet_cifar10).
std::string torchvision_name(const std::string& name);

/// Returns a line for each setting that weights cannot determine, that the network uses, and that
/// is not among the names in `given`: the padding of shortcut A and the place of a bottleneck's
/// stride. Weights fit every value of these settings, but the network computes something else.
std::vector<std::string> assumptions(const NetworkSpec& spec,
                                     const std::vector<std::string>& given);

}  // namespace reslab
