#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslab {

/// The known word nearest to a mistyped one (edit distance, upper and lower case being equal, at
/// most a third of its length, at least one), or nothing.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

/// ", did you mean 'x'?" for the nearest known word, else "; known: a, b, c".
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace reslab
