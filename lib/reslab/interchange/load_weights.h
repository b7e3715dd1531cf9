#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reslab/interchange/weights_file.h"
#include "reslab/model/network.h"

namespace reslab {

/// Handling of a file whose last layer has another number of classes: throw, or keep the network's
/// last layer.
enum class Head { must_fit, may_differ };

/// Copies the file's weights into the network, converted to the network's types. Returns notes for
/// the user about weights that were not loaded. Throws InvalidInput with a line for each missing,
/// misshapen or superfluous entry; then the network is unchanged.
std::vector<std::string> load_weights(Network& network, const WeightsFile& file,
                                      Head head = Head::must_fit);

/// The number of classes of the file's last layer; empty if the file does not have the network's
/// last layer.
std::optional<std::int64_t> class_count(const Network& network, const WeightsFile& file);

}  // namespace reslab
