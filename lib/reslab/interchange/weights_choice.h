#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reslab/interchange/weights_match.h"

namespace reslab {

/// A set of tensors in a file: a dict or list of a checkpoint, or all tensors of a safetensors
/// file.
struct WeightsSet {
  std::string section;  // the keys that lead to it, joined by dots; empty for the top level
  std::vector<WeightEntry> entries;
  std::size_t unnamed = 0;  // number of tensors of a list; they have no names and no entries
};

/// What a network needs from a file. No entries: the network is not known yet.
struct WantedWeights {
  std::vector<WeightEntry> entries;
  std::string layer;  // the network's last layer, such as "fc"
};

/// The set that was chosen, and its tensors' names in a network.
struct WeightsChoice {
  std::size_t set = 0;             // its index
  std::vector<std::string> names;  // of each of its tensors; empty: the tensor is left out
  std::string note;                // for the user: what was taken of several sets; usually empty
};

/// Chooses the set that `section` names: its keys, or the beginning of names that end in a dot.
/// Without a section, chooses among the sets that are not an optimizer's: one that fits the wanted
/// network, otherwise one with at least half as many tensors as the largest. Among these it prefers
/// averaged weights, then the usual keys "state_dict", "model" and "net".
///
/// Removes from the names a prefix that all of them share ("module.", "model."), and wrappers that
/// only some of them have if the names then fit. Leaves out entries that profilers and averagers
/// add. Throws InvalidInput with one line if there is no such section or no weights, and if names
/// with some prefix fit the network, but there are others.
WeightsChoice choose_weights(const std::vector<WeightsSet>& sets, const std::string& section,
                             const WantedWeights& wanted, const std::string& where);

}  // namespace reslab
