#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reslab/interchange/weights_file.h"
#include "reslab/model/network.h"

namespace reslab {

/// What happens where a file's weights are for another number of classes: nothing is loaded, or the
/// last layer keeps the network's own values.
enum class Head { must_fit, may_differ };

/// Takes the file's weights over into the network, in the network's own types. Returns lines for
/// people: what was not taken. Throws InvalidInput with a line for each missing, misshapen or
/// superfluous entry, and then has changed nothing.
std::vector<std::string> load_weights(Network& network, const WeightsFile& file,
                                      Head head = Head::must_fit);

/// The number of classes that the file's weights are for; nothing where they are not the network's.
std::optional<std::int64_t> class_count(const Network& network, const WeightsFile& file);

}  // namespace reslab
