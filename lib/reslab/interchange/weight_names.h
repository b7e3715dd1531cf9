#pragma once

#include <string>
#include <vector>

#include "reslab/interchange/weights_match.h"

namespace reslab {

/// Whether the section belongs to an optimizer, which keeps tensors for each parameter. Its key is
/// usually "optimizer". Whatever the key is, the parameters in it are numbered: "state.0".
bool is_optimizer_section(const std::string& section);

/// Returns the names of the entries without `prefix` and without a further prefix that all of them
/// share. The name is empty for an entry that is not a weight or does not begin with `prefix`.
std::vector<std::string> weight_names(const std::vector<WeightEntry>& entries,
                                      const std::string& prefix);

/// Returns the names without the modules that wrap a network or its parts, for example those of
/// DistributedDataParallel, torch.compile, and MMPretrain's backbone and head.
std::vector<std::string> unwrapped_names(const std::vector<std::string>& names);

}  // namespace reslab
