#include "reslab/base/setting.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <iterator>
#include <set>

#include "reslab/base/error.h"
#include "reslab/base/setting_rows.h"
#include "reslab/base/text.h"

namespace reslab {
namespace {

using Type = Setting::Type;

std::string number_text(double value) {
  char buffer[32];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::general);
  return {buffer, end.ptr};
}

std::string one_of(const std::vector<std::string>& words) {
  if (words.size() == 1) return in_quotes(words.front());
  return "one of " + joined(words, ", ", in_quotes);
}

/// " from 1 to 1024", " of at least 0", or nothing.
std::string range_text(const Setting& setting) {
  const auto bound = [](double value) {
    const bool whole = std::abs(value) <= 1e15 && value == std::floor(value);
    return whole ? std::to_string(static_cast<std::int64_t>(value)) : to_text(value);
  };
  const bool low = std::isfinite(setting.low), high = std::isfinite(setting.high);
  if (low && high) return " from " + bound(setting.low) + " to " + bound(setting.high);
  if (low) return " of at least " + bound(setting.low);
  if (high) return " of at most " + bound(setting.high);
  return "";
}

// Whether a value of the setting's type is in its range and among its choices.
bool fits(const Setting&, bool) { return true; }

bool fits(const Setting& setting, double value) {
  return std::isfinite(value) && setting.low <= value && value <= setting.high;
}

bool fits(const Setting& setting, std::int64_t value) {
  return fits(setting, static_cast<double>(value));
}

bool fits(const Setting& setting, const std::string& word) {
  return setting.type == Type::text || std::ranges::count(setting.choices, word) > 0;
}

template <class Item>
bool fits(const Setting& setting, const std::vector<Item>& items) {
  return (setting.length == 0 || items.size() == setting.length) &&
         std::ranges::all_of(items, [&](const Item& item) { return fits(setting, item); }) &&
         (setting.type != Type::choices ||
          std::set(items.begin(), items.end()).size() == items.size());
}

/// Whether the setting accepts the converted value.
bool takes(const Setting& setting, const SettingValue& value) {
  const auto held = setting.type == Type::choice  ? Type::text
                    : setting.type == Type::group ? Type::boolean
                                                  : setting.type;
  if (value.index() != static_cast<std::size_t>(held)) return false;
  if (setting.type == Type::group) return setting.optional;
  return std::visit([&setting](const auto& item) { return fits(setting, item); }, value);
}

/// Reads the whole text as a number. Returns nothing if it is not a finite number.
template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number value{};
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  const bool is_number = result.ec == std::errc() && result.ptr == end;
  return is_number && std::isfinite(static_cast<double>(value)) ? std::optional(value)
                                                                : std::nullopt;
}

/// Reads a list like "16,32,64". Returns the text itself if an element is not a number.
template <class Number>
SettingValue parsed_list(std::string_view text) {
  std::vector<Number> list;
  for (const auto& word : split_at_commas(text)) {
    const auto value = parsed<Number>(word);
    if (!value) return std::string(text);
    list.push_back(*value);
  }
  return list;
}

/// Converts the text to the setting's type. Text that cannot be converted stays text.
SettingValue read_as(Type type, std::string_view written) {
  if (type == Type::boolean && written == "true") return true;
  if (type == Type::boolean && written == "false") return false;
  if (type == Type::integer)
    if (const auto value = parsed<std::int64_t>(written)) return *value;
  if (type == Type::number)
    if (const auto value = parsed<double>(written)) return *value;
  if (type == Type::integers) return parsed_list<std::int64_t>(written);
  if (type == Type::numbers) return parsed_list<double>(written);
  if (type == Type::choices) return split_at_commas(written);
  return std::string(written);
}

/// Converts a row of a part to a row of the whole. If the whole lacks the part, `get` returns the
/// default.
void move_to_whole(Setting& row, const PathToPart& path, const void* initial) {
  for (auto& member : row.members) move_to_whole(member, path, initial);
  if (row.unused)
    row.unused = [unused = std::move(row.unused), path](const void* object) {
      const void* part = path(object);
      return part ? unused(part) : std::string();
    };
  if (!row.get) return;  // a group that is always present
  if (const void* part = path(initial)) row.initial = row.get(part);
  row.get = [get = std::move(row.get), path, initial = row.initial](const void* object) {
    const void* part = path(object);
    return part ? get(part) : initial;
  };
  row.set = [set = std::move(row.set), path](void* object, const SettingValue& value) {
    // `object` is not const, so its part is not const either.
    if (auto* part = const_cast<void*>(path(object))) set(part, value);
  };
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

const Setting* kind_row(const std::vector<Setting>& table) {
  return !table.empty() && table.front().is_kind ? &table.front() : nullptr;
}

const Setting* bare_member(const Setting& group) {
  if (group.bare.empty()) return nullptr;
  const auto found = std::ranges::find_if(group.members, [&group](const Setting& member) {
    return member.name == group.bare && member.kind == group.bare_kind;
  });
  return found == group.members.end() ? nullptr : &*found;
}

std::vector<const Setting*> rows_of_kind(const std::vector<Setting>& table,
                                         const std::string& kind) {
  std::vector<const Setting*> rows;
  for (const auto& row : table)
    if (!row.is_kind && (row.kind.empty() || row.kind == kind)) rows.push_back(&row);
  return rows;
}

std::vector<const Setting*> rows_of(const std::vector<Setting>& table, const void* object) {
  const auto* kind = kind_row(table);
  return rows_of_kind(table, kind ? std::get<std::string>(kind->get(object)) : "");
}

std::vector<Setting> settings_of_part(std::vector<Setting> settings, const PathToPart& path,
                                      const void* initial) {
  for (auto& row : settings) move_to_whole(row, path, initial);
  return settings;
}

std::string expected(const Setting& setting) {
  const std::string range = range_text(setting);
  const std::string list =
      "a list of " + (setting.length == 0 ? "" : std::to_string(setting.length) + " ");
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
      return list + "integers" + (range.empty() ? range : ", each" + range);
    case Type::numbers:
      return list + "numbers" + (range.empty() ? range : ", each" + range);
    case Type::choices:
      return "a list of " + joined(setting.choices, ", ", in_quotes) + ", each at most once";
    case Type::group:
      break;
  }
  const auto* bare = setting.kind_without_word ? &setting.members.front() : bare_member(setting);
  return (bare != nullptr ? expected(*bare) + " or an object" : "an object") +
         (setting.optional ? " or null" : "");
}

std::optional<std::string> error_of(const Setting& setting, const SettingValue& value) {
  if (takes(setting, converted(setting, value))) return std::nullopt;
  std::string line = "got " + shown(value) + ", expected " + expected(setting);
  if (const auto* word = std::get_if<std::string>(&value))
    if (const auto known = nearest(*word, setting.choices))
      line += ", did you mean " + in_quotes(*known) + "?";
  return line;
}

SettingValue converted(const Setting& setting, const SettingValue& value) {
  if (setting.type == Type::number)
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (setting.type == Type::numbers)
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
      return std::vector<double>(list->begin(), list->end());
  if (setting.type == Type::choices)
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value); list && list->empty())
      return std::vector<std::string>();
  return value;
}

SettingValue parse_value(const Setting& setting, std::string_view written) {
  const SettingValue value = read_as(setting.type, written);
  if (const auto error = error_of(setting, value)) throw InvalidInput(setting.name + ": " + *error);
  return converted(setting, value);
}

}  // namespace reslab
