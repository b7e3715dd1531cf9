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
  std::size_t unnamed = 0;  // number of tensors in a list; they have no names and no entries
};

/// The tensors that a network needs from a file. Without entries, the network is not known yet.
struct WantedWeights {
  std::vector<WeightEntry> entries;
  std::string layer;  // the network's last layer, such as "fc"
};

/// The chosen set, and the names of its tensors in a network.
struct WeightsChoice {
  std::size_t set = 0;             // index of the set
  std::vector<std::string> names;  // of each of its tensors; empty: the tensor is left out
  std::string note;                // for the user: which of several sets was used; usually empty
};

/// Chooses the set that `section` names, by its keys or by a prefix of the tensors' names. Without
/// a section, chooses a set that is not an optimizer's and fits the wanted network. If none fits,
/// chooses a set with at least half as many tensors as the largest. Of several it prefers averaged
/// weights, then the usual keys "state_dict", "model" and "net".
///
/// Removes a prefix that all names share ("module.", "model."). Removes wrappers that only some
/// names have if the names then fit. Leaves out the entries that profilers and averaging add.
/// Throws InvalidInput with one line if there is no such section, if there are no weights, or if no
/// set fits and only names with a certain prefix would.
WeightsChoice choose_weights(const std::vector<WeightsSet>& sets, const std::string& section,
                             const WantedWeights& wanted, const std::string& where);

}  // namespace reslab
