#pragma once

#include <cstdint>
#include <string>

#include "reslab/base/text.h"

namespace reslab::app {

/// The number with three digits and a unit prefix: "853K", "1.73M", "11.3G".
std::string short_number(std::int64_t number);

}  // namespace reslab::app
