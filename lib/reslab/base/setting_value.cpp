#include "reslab/base/setting_value.h"

#include <charconv>
#include <cmath>
#include <functional>
#include <iterator>
#include <sstream>

#include "reslab/base/text.h"

namespace reslab {
namespace {

std::string number_text(double value) {
  char buffer[32];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::general);
  return {buffer, end.ptr};
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number value{};
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

template <class Number>
SettingValue parsed_list(std::string_view text) {
  std::vector<Number> list;
  for (const auto& word : read_words(text)) {
    const auto value = parsed<Number>(word);
    if (!value) return std::string(text);
    list.push_back(*value);
  }
  return list;
}

}  // namespace

std::string to_text(const SettingValue& value) {
  const auto whole = [](std::int64_t item) { return std::to_string(item); };
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return whole(*integer);
  if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
    return joined(*list, ",", whole);
  if (const auto* list = std::get_if<std::vector<double>>(&value))
    return joined(*list, ",", number_text);
  return joined(std::get<std::vector<std::string>>(value), ",", std::identity());
}

std::string shown(const SettingValue& value) {
  if (const auto* word = std::get_if<std::string>(&value)) return in_quotes(*word);
  if (const auto* words = std::get_if<std::vector<std::string>>(&value))
    return "[" + joined(*words, ",", [](const auto& item) { return '"' + item + '"'; }) + "]";
  std::string text = to_text(value);
  if (std::holds_alternative<double>(value) && text.find_first_not_of("-0123456789") == text.npos)
    text += ".0";
  const bool list = std::holds_alternative<std::vector<std::int64_t>>(value) ||
                    std::holds_alternative<std::vector<double>>(value);
  return list ? "[" + text + "]" : text;
}

std::optional<std::int64_t> read_integer(std::string_view text) {
  return parsed<std::int64_t>(text);
}

std::optional<double> read_real(std::string_view text) {
  const auto value = parsed<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

SettingValue read_integers(std::string_view text) { return parsed_list<std::int64_t>(text); }

SettingValue read_reals(std::string_view text) { return parsed_list<double>(text); }

std::vector<std::string> read_words(std::string_view text) {
  std::vector<std::string> list;
  std::istringstream words{std::string(text)};
  for (std::string word; std::getline(words, word, ',');) list.push_back(word);
  if (text.ends_with(',')) list.emplace_back();
  return list;
}

}  // namespace reslab
