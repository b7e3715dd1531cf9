#pragma once

#include <cstdint>
#include <string>

namespace reslab::app {

/// "1,727,962".
std::string grouped(std::int64_t number);

/// Three digits and a unit, as papers print sizes: "853K", "1.73M", "11.3G".
std::string short_number(std::int64_t number);

}  // namespace reslab::app
