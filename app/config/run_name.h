#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/vary.h"

namespace reslab::app {

/// The shortest name of a setting: the end of its JSON pointer, with dots, that belongs to no other
/// setting of a network, recipe or data set at the same level or above. "/recipe/batch" is "batch";
/// "/recipe/optimizer/momentum" is "optimizer.momentum".
std::string short_name(std::string_view pointer);

/// The values that are no object, with the pointers to them. Leaves out null beside other values.
std::vector<VariedValue> leaves_of(const VariedValue& value);

/// The run's name: the network's name and the values, as "resnet-20@start=0.05,batch=64". Values
/// have letters, digits and "-_.+" only, because they are part of a folder's name.
std::string run_name(const std::string& network, const std::vector<VariedValue>& values);

/// The network's name in a run's name: the part before the "@".
std::string network_of(const std::string& run_name);

}  // namespace reslab::app
