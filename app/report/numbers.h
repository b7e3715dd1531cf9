#pragma once

#include <cstdint>
#include <string>

namespace reslab::app {

/// The number with thousands separators: "1,727,962".
std::string grouped(std::int64_t number);

/// The number with three digits and a unit prefix: "853K", "1.73M", "11.3G".
std::string short_number(std::int64_t number);

}  // namespace reslab::app
