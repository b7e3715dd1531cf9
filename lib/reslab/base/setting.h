#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reslab/base/setting_value.h"
#include "reslab/base/text.h"

namespace reslab {

/// One named thing that a user may set, described as plain data and bound to the variable that
/// holds it: a freshly made object's settings show its defaults. The JSON reader, `NAME:key=value`,
/// the lists, the messages and the JSON Schema are all driven by this description.
///
/// A `group` holds further settings. A group with a `kind_key` is one of several kinds of a thing,
/// chosen by the text under that key ({"schedule": "steps", …}); `get` and `set` are the kind's
/// name, `choices` the names of all kinds, and `members` the settings of the kind chosen last. An
/// `optional` group may be absent or null; `get` and `set` are then whether it is present.
///
/// Settings are to be set in the order of their list: an early one (a network's depth) may change
/// the defaults of later ones.
struct Setting {
  enum class Type { boolean, integer, number, text, choice, integers, numbers, choices, group };

  std::string name;
  std::string meaning;  // one line: what it does, unit, source
  Type type = Type::text;
  double low = -std::numeric_limits<double>::infinity();  // inclusive; of each element in a list
  double high = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;
  std::string unused;  // why it has no effect as things are set, empty where it has

  std::function<SettingValue()> get;
  std::function<void(const SettingValue&)> set;

  std::string kind_key;
  std::string object_kind;  // the kind of an object that does not name one, empty: the present kind
  bool text_is_kind = false;  // the bare text "x" means {kind_key: "x"}
  bool optional = false;
  std::function<std::vector<Setting>()> members;
};

using Settings = std::vector<Setting>;

// Makers of settings, each bound to a variable that must outlive the setting.
Setting flag(std::string name, std::string meaning, bool& value);
Setting integer(std::string name, std::string meaning, std::int64_t& value, double low,
                double high);
Setting number(std::string name, std::string meaning, double& value, double low, double high);
Setting text(std::string name, std::string meaning, std::string& value);
Setting integers(std::string name, std::string meaning, std::vector<std::int64_t>& value,
                 double low, double high);
Setting numbers(std::string name, std::string meaning, std::vector<double>& value, double low,
                double high);
/// Any of several words, each at most once.
Setting choices(std::string name, std::string meaning, std::vector<std::string>& value,
                std::vector<std::string> known);
Setting group(std::string name, std::string meaning, std::function<Settings()> members);
Setting optional_group(std::string name, std::string meaning, bool& present,
                       std::function<Settings()> members);

/// A choice among the values of an enumeration; `names` lists every value.
template <class Enum>
Setting choice(std::string name, std::string meaning, Enum& value,
               const std::vector<std::pair<std::string, Enum>>& names) {
  Setting setting;
  setting.name = std::move(name);
  setting.meaning = std::move(meaning);
  setting.type = Setting::Type::choice;
  for (const auto& entry : names) setting.choices.push_back(entry.first);
  setting.get = [&value, names]() -> SettingValue {
    for (const auto& [word, entry] : names)
      if (entry == value) return word;
    return std::string();
  };
  setting.set = [&value, names](const SettingValue& wanted) {
    for (const auto& [word, entry] : names)
      if (word == std::get<std::string>(wanted)) value = entry;
  };
  return setting;
}

/// "an integer from 1 to 1024", "one of 'A', 'B', 'C'": what the setting takes, for messages.
std::string expected(const Setting& setting);

/// The message about a value that the setting does not take (wrong type or out of range), or
/// nothing. An integer is taken for a number.
std::optional<std::string> complaint(const Setting& setting, const SettingValue& value);

/// The value as its setting's type wants it: an integer given for a number becomes a number.
SettingValue converted(const Setting& setting, const SettingValue& value);

/// Reads a value written as bare text (`true`, `3`, `-2.5`, `B`, `16,32,64`) as the setting's type.
/// Throws InvalidInput with what was expected.
SettingValue parse_value(const Setting& setting, std::string_view written);

}  // namespace reslab
