#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslab {

/// Puts the word between single quotes.
std::string in_quotes(std::string_view word);

/// Joins the items' texts with the separator between them.
template <class Items, class Text>
std::string joined(const Items& items, std::string_view separator, Text text) {
  std::string line;
  for (const auto& item : items) {
    if (!line.empty()) line += separator;
    line += text(item);
  }
  return line;
}

/// Splits the text at its commas. An empty text has no words.
std::vector<std::string> split_at_commas(std::string_view text);

/// Returns a word that occurs twice, or nothing.
std::optional<std::string> repeated(std::vector<std::string> words);

/// Returns the known word nearest to a mistyped one, or nothing. The edit distance ignores case and
/// is at most 1 or a third of the word's length.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

/// ", did you mean 'x'?" for the nearest known word, else "; known: a, b, c".
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

/// Makes text of a foreign file fit for a message: visible_text(), cut after `longest` bytes.
std::string printable(std::string_view text, std::size_t longest = 100);

/// The text with `replacement` in place of each character that is neither a letter or digit (ASCII)
/// nor in `others`.
std::string with_only(std::string text, std::string_view others, char replacement);

/// The text with U+FFFD in place of bytes that are not UTF-8, and with '?' in place of control
/// characters, which could command a terminal. A file name may contain both.
std::string visible_text(std::string_view text);

/// The number with thousands separators: "1,727,962".
std::string grouped(std::int64_t number);

/// The number and the noun, in the plural unless the number is 1: "1 image", "2,000 images".
std::string counted(std::int64_t number, const std::string& noun);

/// Number of columns that UTF-8 text takes on a terminal, one for each character.
std::size_t text_width(std::string_view text);

/// Cuts the text to at most `width` columns. A text that was cut ends in "…".
std::string cut_to_width(std::string_view text, std::size_t width);

}  // namespace reslab
