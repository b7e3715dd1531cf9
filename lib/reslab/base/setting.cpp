#include "reslab/base/setting.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "reslab/base/error.h"

namespace reslab {
namespace {

using Type = Setting::Type;

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
  return std::ranges::all_of(items, [&](const Item& item) { return fits(setting, item); }) &&
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

/// Converts the text to the setting's type. Text that cannot be converted stays text.
SettingValue read_as(Type type, std::string_view written) {
  if (type == Type::boolean && written == "true") return true;
  if (type == Type::boolean && written == "false") return false;
  if (type == Type::integer)
    if (const auto value = read_integer(written)) return *value;
  if (type == Type::number)
    if (const auto value = read_real(written)) return *value;
  if (type == Type::integers) return read_integers(written);
  if (type == Type::numbers) return read_reals(written);
  if (type == Type::choices) return read_words(written);
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

const Setting* kind_row(const std::vector<Setting>& table) {
  return !table.empty() && table.front().is_kind ? &table.front() : nullptr;
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
      return "a list of " + joined(setting.choices, ", ", in_quotes) + ", each at most once";
    case Type::group:
      break;
  }
  return (setting.kind_without_word ? one_of(setting.members.front().choices) + " or an object"
                                    : "an object") +
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
  if (setting.type == Type::integers)
    if (const auto* list = std::get_if<std::vector<double>>(&value); list && list->empty())
      return std::vector<std::int64_t>();
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
