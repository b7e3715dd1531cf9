#pragma once

#include <string>
#include <vector>

#include "reslab/model/network_spec.h"

namespace reslab {

/// Settings of a network that its weights do not tell, since they fit whatever the value is and
/// compute something else: the padding of shortcut A, the place of a bottleneck's stride. One line
/// for each that the network uses and that is not among the `given`, with the value taken.
std::vector<std::string> assumptions(const NetworkSpec& spec,
                                     const std::vector<std::string>& given);

}  // namespace reslab
