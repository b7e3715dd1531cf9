#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reslab/interchange/weights_file.h"
#include "reslab/interchange/weights_match.h"
#include "reslab/model/network_spec.h"

namespace reslab {

/// The network that the names and shapes of weights show: a CIFAR or ImageNet network with its
/// depth, blocks, shortcuts, stem, width, classes and channels. Nothing if no such network has
/// these layers. Settings that weights do not show have their defaults.
std::optional<NetworkSpec> network_of(const std::vector<WeightEntry>& entries);

/// Whether `spec` is a CIFAR network with shortcut A whose weights have the names of
/// https://github.com/akamaster/pytorch_resnet_cifar10, where `linear` stands for `fc`. Shortcut A
/// of these networks puts half of the zero channels on each side.
bool pads_both_sides(const NetworkSpec& spec, const std::vector<WeightEntry>& entries);

/// The network that the metadata of the weights name, or nothing. Throws InvalidInput if the name
/// is invalid.
std::optional<NetworkSpec> stored_network(const WeightsFile& weights);

/// The settings that weights do not show: the place of shortcut A's zero channels and of a
/// bottleneck's stride. Weights fit every value of these settings, but the network computes
/// something else.
inline constexpr std::array<std::string_view, 2> kNotInWeights = {"padding", "stride_in"};

/// Returns a line for each of these settings that the network uses and that is not among the names
/// in `given`.
std::vector<std::string> assumptions(const NetworkSpec& spec,
                                     const std::vector<std::string>& given);

}  // namespace reslab
