#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslab {

/// The word between single quotes.
std::string in_quotes(std::string_view word);

/// The items' texts with the separator between them.
template <class Items, class Text>
std::string joined(const Items& items, std::string_view separator, Text text) {
  std::string line;
  for (const auto& item : items) {
    if (!line.empty()) line += separator;
    line += text(item);
  }
  return line;
}

/// The known word nearest to a mistyped one (edit distance, upper and lower case being equal, at
/// most a third of its length, at least one), or nothing.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

/// ", did you mean 'x'?" for the nearest known word, else "; known: a, b, c".
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

/// Text of a foreign file as a message can show it: on one line, control characters as '?', cut
/// after `longest` bytes.
std::string printable(std::string_view text, std::size_t longest = 100);

/// The columns that UTF-8 text takes on a terminal, counting one for each character.
std::size_t text_width(std::string_view text);

/// The text cut to at most `width` columns, ending in "…" where something was cut.
std::string cut_to_width(std::string_view text, std::size_t width);

}  // namespace reslab
