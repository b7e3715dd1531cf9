#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reslab/model/network_spec.h"

namespace reslab {

/// Reads `resnet-34:shortcut=C`. Throws InvalidInput with every mistake in it.
NetworkSpec parse_network(std::string_view text);

/// The names of the settings that such a text gives. Throws as parse_network does.
std::vector<std::string> settings_given(std::string_view text);

/// `plain-56`, `resnet-34:shortcut=C`: only settings that the network uses and that differ from the
/// default are shown.
std::string name(const NetworkSpec& spec);

}  // namespace reslab
