#pragma once

#include <cstdint>
#include <string>

namespace reslab::app {

/// The number with thousands separators: "1,727,962".
std::string grouped(std::int64_t number);

/// The number and the noun, in the plural unless the number is 1: "1 image", "2,000 images".
std::string counted(std::int64_t number, const std::string& noun);

/// The number with three digits and a unit prefix: "853K", "1.73M", "11.3G".
std::string short_number(std::int64_t number);

}  // namespace reslab::app
