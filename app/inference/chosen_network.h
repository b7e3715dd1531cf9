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

/// Makes the network that the source names, or the weights' metadata if it names none. What the
/// source leaves open is as the file says: the number of classes, shortcut A's padding and the
/// place of a bottleneck's stride, for which torchvision's is assumed if the file does not say it.
/// Throws InvalidInput.
ChosenNetwork choose_network(const ModelSource& source, const WeightsFile& weights);

}  // namespace reslab::app
