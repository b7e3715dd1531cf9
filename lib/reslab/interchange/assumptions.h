#pragma once

#include <string>
#include <vector>

#include "reslab/model/network_spec.h"

namespace reslab {

/// Returns a line for each setting that weights cannot determine, that the network uses, and that
/// is not among the names in `given`: the padding of shortcut A and the place of a bottleneck's
/// stride. Weights fit every value of these settings, but the network computes something else.
std::vector<std::string> assumptions(const NetworkSpec& spec,
                                     const std::vector<std::string>& given);

}  // namespace reslab
