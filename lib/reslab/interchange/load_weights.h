#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reslab/interchange/weights_file.h"
#include "reslab/interchange/weights_match.h"
#include "reslab/model/network.h"

namespace reslab {

/// Copies the file's weights into the network, converted to the network's types. Returns notes for
/// the user: which of several sets of weights was taken, and weights that were not loaded. Throws
/// InvalidInput for entries that do not fit (match_weights) and with the name of a tensor that
/// contains a value that is not finite; then the network is unchanged.
std::vector<std::string> load_weights(Network& network, const WeightsFile& file,
                                      Head head = Head::must_fit);

/// The tensors that the network needs from a file.
WantedWeights wanted_by(const Network& network);

/// The number of classes of the file's last layer, which a network calls `layer` ("fc"); empty if
/// the file does not have it.
std::optional<std::int64_t> class_count(const std::string& layer, const WeightsFile& file);

}  // namespace reslab
