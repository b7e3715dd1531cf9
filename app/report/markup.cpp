#include "app/report/markup.h"

#include <cctype>
#include <utility>

namespace reslab::app {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// Whether the character belongs to a word; Markdown does not interpret a '_' between two of them.
bool is_word(char c) {
  return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Whether Markdown would interpret the character. `before` and `after` are its neighbours, spaces
/// at the ends of the text; `first`: it begins the text.
bool is_markup(char c, char before, char after, bool first) {
  if (std::string_view("\\`*|~$").find(c) != std::string_view::npos) return true;
  if (c == '_') return !is_word(before) || !is_word(after);
  if (c == ']') return after == '(' || after == '[' || after == ':';  // of a link
  if (c == '<') return is_letter(after) || after == '/' || after == '!' || after == '?';
  if (c == '&') return is_letter(after) || after == '#';
  if (c == '>' || c == '#') return first;
  return first && (c == '-' || c == '+' || c == '=') && (after == ' ' || after == c);
}

/// The entity of a character that HTML would interpret; empty for others.
std::string_view entity(char c) {
  constexpr std::pair<char, std::string_view> kEntities[] = {
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
  for (const auto& [letter, text] : kEntities)
    if (letter == c) return text;
  return {};
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto replacement = entity(c);
    escaped += replacement;
    if (replacement.empty()) escaped += is_control(c) && c != '\n' && c != '\t' ? ' ' : c;
  }
  return escaped;
}

std::string element(const std::string& name, const std::string& content,
                    const std::string& attributes) {
  return "<" + name + (attributes.empty() ? "" : " " + attributes) + ">" + content + "</" + name +
         ">";
}

std::string escape_markdown(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char before = i == 0 ? ' ' : text[i - 1];
    const char after = i + 1 == text.size() ? ' ' : text[i + 1];
    if (is_markup(text[i], before, after, i == 0)) escaped += '\\';
    escaped += is_control(text[i]) ? ' ' : text[i];
  }
  return escaped;
}

}  // namespace reslab::app
