#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/inference/trained_model.h"

namespace reslab::app {

/// A network for a weights file, with random values.
struct ChosenNetwork {
  std::shared_ptr<Network> network;
  std::vector<std::string> notes;  // assumptions, for the user
};

/// Makes the network that the source names. If it names none, makes the network that the weights'
/// metadata name. The file also gives the number of classes, shortcut A's padding and the place of
/// a bottleneck's stride if the source does not. If the file does not show the padding or the
/// stride, they are assumed, and `notes` says so. `layer`: the last layer of the named network;
/// empty if the source names none. Throws InvalidInput.
ChosenNetwork choose_network(const ModelSource& source, const std::string& layer,
                             const WeightsFile& weights);

}  // namespace reslab::app
