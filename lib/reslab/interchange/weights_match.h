#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

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

/// Handling of a file without the network's last layer, or with one for other classes: throw, or
/// keep the network's last layer.
enum class Head { must_fit, may_differ };

/// Finds each entry that a network needs in a file, by its name or its torchvision_name(). `layer`
/// is the network's last layer, such as "fc"; `head` says what holds for its entries. Throws
/// InvalidInput with one line if only the last layer does not fit, and with a line for each of up
/// to three other errors. For more errors, three lines say what the file's names look like, what
/// the network needs, and the nearest network. Lines begin with `where`.
WeightsMatch match_weights(const std::vector<WeightEntry>& needed,
                           const std::vector<WeightEntry>& given, const std::string& where,
                           const std::string& layer = "", Head head = Head::must_fit);

/// torchvision's name for an entry that has the name of another repository:
/// - https://github.com/akamaster/pytorch_resnet_cifar10 and
///   https://github.com/kuangliu/pytorch-cifar: `linear` for `fc`, `shortcut` for `downsample`;
/// - https://github.com/weiaicunzai/pytorch-cifar100: `conv1.0`, `conv1.1` for `conv1`, `bn1`;
///   `conv2_x` for `layer1`; `residual_function.N` for a block's convolutions and BatchNorms.
/// Other names stay as they are.
std::string torchvision_name(const std::string& name);

}  // namespace reslab
