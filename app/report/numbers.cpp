#include "app/report/numbers.h"

#include <cmath>

#include <fmt/format.h>

namespace reslab::app {

std::string short_number(std::int64_t number) {
  constexpr std::int64_t kThousand = 1000;
  if (std::abs(number) < kThousand) return std::to_string(number);
  auto value = static_cast<double>(number);
  for (const char unit : {'K', 'M', 'G', 'T'}) {
    value /= kThousand;
    if (std::abs(value) >= 999.5 && unit != 'T') continue;
    const int decimals = std::abs(value) < 9.995 ? 2 : std::abs(value) < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f}{}", value, decimals, unit);
  }
  return std::to_string(number);
}

}  // namespace reslab::app
