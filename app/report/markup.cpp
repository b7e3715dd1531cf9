#include "app/report/markup.h"

#include <cctype>

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
  switch (c) {
    case '\\':
    case '`':
    case '*':
    case '|':
    case '~':
    case '$':
      return true;
    case '_':
      return !is_word(before) || !is_word(after);
    case ']':  // of a link
      return after == '(' || after == '[' || after == ':';
    case '<':
      return is_letter(after) || after == '/' || after == '!' || after == '?';
    case '&':
      return is_letter(after) || after == '#';
    case '>':
    case '#':
      return first;
    case '-':
    case '+':
    case '=':
      return first && (after == ' ' || after == c);
    default:
      return false;
  }
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += is_control(c) && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return escaped;
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
