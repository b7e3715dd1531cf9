#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reslab/model/network_spec.h"

namespace reslab {

/// Reads a network's name, for example `resnet-34:shortcut=C`. Throws InvalidInput with a line for
/// each error.
NetworkSpec parse_network(std::string_view text);

/// The names of the settings that the text gives. Throws like parse_network().
std::vector<std::string> settings_given(std::string_view text);

/// The network's name, for example `plain-56` or `resnet-34:shortcut=C`. It shows the settings that
/// the network uses and that differ from their defaults.
std::string name(const NetworkSpec& spec);

}  // namespace reslab
