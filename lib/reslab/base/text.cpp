#include "reslab/base/text.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <sstream>
#include <utility>

namespace reslab {
namespace {

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours
/// (Damerau 1964).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string lower(std::string_view word) {
  std::string text(word);
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

/// Bytes of the UTF-8 character at the beginning of the text; 0 if there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (starts_character(text[i])) return 0;
  // Excludes overlong forms, surrogates and numbers above U+10FFFF.
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
    return 0;
  return length;
}

/// Whether the UTF-8 character is one of Unicode's control characters.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  return first < 0x20 || first == 0x7f ||
         (first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0);
}

}  // namespace

std::string in_quotes(std::string_view word) { return "'" + std::string(word) + "'"; }

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream rest{std::string(text)};
  for (std::string word; std::getline(rest, word, ',');) words.push_back(word);
  if (text.ends_with(',')) words.emplace_back();
  return words;
}

std::optional<std::string> repeated(std::vector<std::string> words) {
  std::ranges::sort(words);
  const auto found = std::ranges::adjacent_find(words);
  return found == words.end() ? std::nullopt : std::optional(*found);
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  std::optional<std::string> best;
  std::size_t limit = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : known) {
    const std::size_t distance = edit_distance(lower(word), lower(candidate));
    const bool nothing_shared = distance >= std::max(word.size(), candidate.size());
    if (distance >= limit || nothing_shared) continue;
    limit = distance;
    best = candidate;
  }
  return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  if (const auto best = nearest(word, known)) return ", did you mean '" + *best + "'?";
  if (known.empty()) return "";
  return "; known: " + joined(known, ", ", std::identity());
}

std::string printable(std::string_view text, std::size_t longest) {
  const auto line = visible_text(text.substr(0, longest));
  return text.size() > longest ? line + "…" : line;
}

std::string with_only(std::string text, std::string_view others, char replacement) {
  std::ranges::replace_if(
      text,
      [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) == 0 && others.find(c) == others.npos;
      },
      replacement);
  return text;
}

std::string visible_text(std::string_view text) {
  std::string visible;
  while (!text.empty()) {
    const auto length = character_length(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0)
      visible += "\uFFFD";
    else if (is_control(character))
      visible += '?';
    else
      visible += character;
    text.remove_prefix(character.size());
  }
  return visible;
}

std::string grouped(std::int64_t number) {
  auto text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (auto i = text.size(); i > first + 3;) text.insert(i -= 3, ",");
  return text;
}

std::string counted(std::int64_t number, const std::string& noun) {
  return grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (text_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++end)
    if (starts_character(text[end]) && ++characters == width) break;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace reslab
