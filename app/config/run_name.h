#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/vary.h"

namespace reslab::app {

/// The shortest end of a setting's JSON pointer that no other setting at the same level or above
/// has, written with dots. Settings are those of the network, recipe and data. "/recipe/batch"
/// gives "batch", and "/recipe/optimizer/momentum" gives "optimizer.momentum".
std::string short_name(std::string_view pointer);

/// The values inside `value` that are not objects, each with its pointer. Leaves out null if there
/// are other values.
std::vector<VariedValue> leaves_of(const VariedValue& value);

/// The run's name: the network's name and the values, for example "resnet-20@start=0.05,batch=64".
/// Values contain only letters, digits and "-_.+", because the name is also a folder's name.
std::string run_name(const std::string& network, const std::vector<VariedValue>& values);

/// The part of a run's name before the "@": the network's name.
std::string network_of(const std::string& run_name);

}  // namespace reslab::app
