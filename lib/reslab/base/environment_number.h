#pragma once

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace reslab {

/// The positive number in an environment variable; 0 if there is none.
inline int environment_number(const char* variable) {
  const char* const value = std::getenv(variable);
  if (value == nullptr) return 0;
  const std::string_view text(value);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number > 0 ? number : 0;
}

}  // namespace reslab
