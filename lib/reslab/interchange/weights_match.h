#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reslab {

/// One entry of a network's state, or of a file that may hold it.
struct WeightEntry {
  std::string name;
  std::string dtype;  // as safetensors spells it
  std::vector<std::int64_t> shape;
};

/// Where a network takes the value of an entry from.
struct WeightSource {
  enum class From { file, zero, network };  // zero: BatchNorm's counter, which old files lack
  From from = From::file;
  std::size_t index = 0;  // of the file's entry
};

struct WeightsMatch {
  std::vector<WeightSource> sources;  // one for each entry that the network needs
  std::vector<std::string> notes;     // for people: what was not taken from the file
};

/// Finds every entry that a network needs among those that a file has: under its own name, which is
/// torchvision's, else under the one that the reference CIFAR port gives it (`linear` for `fc`,
/// `shortcut` for `downsample`). Entries below `head` ("fc"; empty: none) may have another number
/// of classes: the network then keeps its own. Throws InvalidInput, `where` in front, with a line
/// for each missing, misshapen or superfluous entry, twenty at most.
WeightsMatch match_weights(const std::vector<WeightEntry>& needed,
                           const std::vector<WeightEntry>& given, const std::string& where,
                           const std::string& head = "");

/// torchvision's name of an entry that the reference CIFAR port
/// (https://github.com/akamaster/pytorch_resnet_cifar10) calls `name`.
std::string torchvision_name(const std::string& name);

}  // namespace reslab
