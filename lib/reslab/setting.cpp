#include "reslab/setting.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "reslab/error.h"

namespace reslab {
namespace {

using Type = Setting::Type;

std::string number_text(double value) {
  char buffer[32];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::general);
  return {buffer, end.ptr};
}

std::string quoted(std::string_view word) { return "'" + std::string(word) + "'"; }

template <class Items, class Text>
std::string joined(const Items& items, std::string_view separator, Text text) {
  std::string line;
  for (const auto& item : items) {
    if (!line.empty()) line += separator;
    line += text(item);
  }
  return line;
}

std::string one_of(const std::vector<std::string>& words) {
  if (words.size() == 1) return quoted(words.front());
  return "one of " + joined(words, ", ", quoted);
}

/// " from 1 to 1024", " of at least 0", or nothing.
std::string range_text(const Setting& setting) {
  const auto bound = [](double value) {
    const bool whole = std::abs(value) <= 1e15 && value == std::floor(value);
    return whole ? std::to_string(static_cast<std::int64_t>(value)) : number_text(value);
  };
  const bool low = std::isfinite(setting.low), high = std::isfinite(setting.high);
  if (low && high) return " from " + bound(setting.low) + " to " + bound(setting.high);
  if (low) return " of at least " + bound(setting.low);
  if (high) return " of at most " + bound(setting.high);
  return "";
}

bool in_range(const Setting& setting, double value) {
  return std::isfinite(value) && setting.low <= value && value <= setting.high;
}

template <class Number>
bool in_range(const Setting& setting, const std::vector<Number>& values) {
  return std::all_of(values.begin(), values.end(), [&setting](Number value) {
    return in_range(setting, static_cast<double>(value));
  });
}

bool is_known(const Setting& setting, const std::string& word) {
  const auto& known = setting.choices;
  return std::find(known.begin(), known.end(), word) != known.end();
}

bool are_known(const Setting& setting, const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(),
                     [&setting](const auto& word) { return is_known(setting, word); }) &&
         std::set(words.begin(), words.end()).size() == words.size();
}

/// Whether the value, already converted, is one that the setting takes.
bool takes(const Setting& setting, const Value& value) {
  switch (setting.type) {
    case Type::boolean:
      return std::holds_alternative<bool>(value);
    case Type::integer:
      if (const auto* whole = std::get_if<std::int64_t>(&value))
        return in_range(setting, static_cast<double>(*whole));
      return false;
    case Type::number:
      if (const auto* real = std::get_if<double>(&value)) return in_range(setting, *real);
      return false;
    case Type::text:
      return std::holds_alternative<std::string>(value);
    case Type::choice:
      if (const auto* word = std::get_if<std::string>(&value)) return is_known(setting, *word);
      return false;
    case Type::integers:
      if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
        return in_range(setting, *list);
      return false;
    case Type::numbers:
      if (const auto* list = std::get_if<std::vector<double>>(&value))
        return in_range(setting, *list);
      return false;
    case Type::choices:
      if (const auto* list = std::get_if<std::vector<std::string>>(&value))
        return are_known(setting, *list);
      return false;
    case Type::group:
      if (const auto* word = std::get_if<std::string>(&value))
        return !setting.kind_key.empty() && is_known(setting, *word);
      return setting.optional && std::holds_alternative<bool>(value);
  }
  return false;
}

/// The value as messages show it: texts in quotes, a real number never looking like an integer.
std::string shown(const Value& value) {
  if (const auto* word = std::get_if<std::string>(&value)) return quoted(*word);
  if (const auto* words = std::get_if<std::vector<std::string>>(&value))
    return "[" + joined(*words, ",", [](const auto& item) { return '"' + item + '"'; }) + "]";
  std::string text = to_text(value);
  if (std::holds_alternative<double>(value) && text.find_first_not_of("-0123456789") == text.npos)
    text += ".0";
  const bool list = std::holds_alternative<std::vector<std::int64_t>>(value) ||
                    std::holds_alternative<std::vector<double>>(value);
  return list ? "[" + text + "]" : text;
}

template <class Number>
std::optional<Number> parsed(std::string_view written) {
  Number value{};
  const auto* end = written.data() + written.size();
  const auto result = std::from_chars(written.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

/// The list in "16,32,64", or the bare text where an element is not a number.
template <class Number>
Value parsed_list(std::string_view written) {
  std::vector<Number> list;
  for (std::string_view rest = written; !rest.empty();) {
    const auto comma = rest.find(',');
    const auto value = parsed<Number>(rest.substr(0, comma));
    if (!value || comma + 1 == rest.size()) return std::string(written);
    list.push_back(*value);
    rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
  }
  return list;
}

Value parsed_words(std::string_view written) {
  std::vector<std::string> list;
  for (std::string_view rest = written; !rest.empty();) {
    const auto comma = rest.find(',');
    list.emplace_back(rest.substr(0, comma));
    rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
  }
  return list;
}

/// The written text as the setting's type, or the bare text where it cannot be read as that.
Value read_as(Type type, std::string_view written) {
  if (type == Type::boolean && written == "true") return true;
  if (type == Type::boolean && written == "false") return false;
  if (type == Type::integer)
    if (const auto value = parsed<std::int64_t>(written)) return *value;
  if (type == Type::number)
    if (const auto value = parsed<double>(written); value && std::isfinite(*value)) return *value;
  if (type == Type::integers) return parsed_list<std::int64_t>(written);
  if (type == Type::numbers) return parsed_list<double>(written);
  if (type == Type::choices) return parsed_words(written);
  return std::string(written);
}

template <class T>
Setting bound_to(T& value, Type type, std::string name, std::string meaning) {
  Setting setting;
  setting.name = std::move(name);
  setting.meaning = std::move(meaning);
  setting.type = type;
  setting.get = [&value]() -> Value { return value; };
  setting.set = [&value](const Value& wanted) { value = std::get<T>(wanted); };
  return setting;
}

Setting with_range(Setting setting, double low, double high) {
  setting.low = low;
  setting.high = high;
  return setting;
}

}  // namespace

Setting flag(std::string name, std::string meaning, bool& value) {
  return bound_to(value, Type::boolean, std::move(name), std::move(meaning));
}

Setting integer(std::string name, std::string meaning, std::int64_t& value, double low,
                double high) {
  return with_range(bound_to(value, Type::integer, std::move(name), std::move(meaning)), low, high);
}

Setting number(std::string name, std::string meaning, double& value, double low, double high) {
  return with_range(bound_to(value, Type::number, std::move(name), std::move(meaning)), low, high);
}

Setting text(std::string name, std::string meaning, std::string& value) {
  return bound_to(value, Type::text, std::move(name), std::move(meaning));
}

Setting integers(std::string name, std::string meaning, std::vector<std::int64_t>& value,
                 double low, double high) {
  return with_range(bound_to(value, Type::integers, std::move(name), std::move(meaning)), low,
                    high);
}

Setting numbers(std::string name, std::string meaning, std::vector<double>& value, double low,
                double high) {
  return with_range(bound_to(value, Type::numbers, std::move(name), std::move(meaning)), low, high);
}

Setting choices(std::string name, std::string meaning, std::vector<std::string>& value,
                std::vector<std::string> known) {
  auto setting = bound_to(value, Type::choices, std::move(name), std::move(meaning));
  setting.choices = std::move(known);
  return setting;
}

Setting group(std::string name, std::string meaning, std::function<Settings()> members) {
  Setting setting;
  setting.name = std::move(name);
  setting.meaning = std::move(meaning);
  setting.type = Type::group;
  setting.members = std::move(members);
  return setting;
}

Setting optional_group(std::string name, std::string meaning, bool& present,
                       std::function<Settings()> members) {
  Setting setting = bound_to(present, Type::group, std::move(name), std::move(meaning));
  setting.members = std::move(members);
  setting.optional = true;
  return setting;
}

std::string expected(const Setting& setting) {
  const std::string range = range_text(setting);
  switch (setting.type) {
    case Type::boolean:
      return "true or false";
    case Type::integer:
      return "an integer" + range;
    case Type::number:
      return "a number" + range;
    case Type::text:
      return "a text";
    case Type::choice:
      return one_of(setting.choices);
    case Type::integers:
      return "a list of integers" + (range.empty() ? range : ", each" + range);
    case Type::numbers:
      return "a list of numbers" + (range.empty() ? range : ", each" + range);
    case Type::choices:
      return "a list of " + joined(setting.choices, ", ", quoted) + ", each at most once";
    case Type::group:
      break;
  }
  return (setting.text_is_kind ? one_of(setting.choices) + " or an object" : "an object") +
         (setting.optional ? " or null" : "");
}

std::optional<std::string> complaint(const Setting& setting, const Value& value) {
  if (takes(setting, converted(setting, value))) return std::nullopt;
  std::string line = "got " + shown(value) + ", expected " + expected(setting);
  if (const auto* word = std::get_if<std::string>(&value))
    if (const auto known = nearest(*word, setting.choices))
      line += ", did you mean " + quoted(*known) + "?";
  return line;
}

Value converted(const Setting& setting, const Value& value) {
  if (setting.type == Type::number)
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (setting.type == Type::numbers)
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
      return std::vector<double>(list->begin(), list->end());
  if (setting.type == Type::integers)
    if (const auto* list = std::get_if<std::vector<double>>(&value); list && list->empty())
      return std::vector<std::int64_t>();
  if (setting.type == Type::choices)
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value); list && list->empty())
      return std::vector<std::string>();
  return value;
}

Value parse_value(const Setting& setting, std::string_view written) {
  const Value value = read_as(setting.type, written);
  if (const auto mistake = complaint(setting, value))
    throw InvalidInput(setting.name + ": " + *mistake);
  return converted(setting, value);
}

std::string to_text(const Value& value) {
  const auto whole = [](std::int64_t item) { return std::to_string(item); };
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return whole(*integer);
  if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
    return joined(*list, ",", whole);
  if (const auto* list = std::get_if<std::vector<double>>(&value))
    return joined(*list, ",", number_text);
  return joined(std::get<std::vector<std::string>>(value), ",",
                [](const std::string& word) { return word; });
}

}  // namespace reslab
