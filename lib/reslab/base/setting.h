#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "reslab/base/setting_value.h"
#include "reslab/base/text.h"

namespace reslab {

/// Describes one setting of a value, and how to read and write the member that holds it. The JSON
/// reader, `NAME:key=value`, the lists, the messages and the JSON Schema use this description. Use
/// it through Settings, which checks the value's type.
///
/// A `group` holds further settings, its `members`. A table whose first row is a kind describes one
/// of several kinds of a thing ({"schedule": "steps", …}): rows with a `kind` exist only in values
/// of that kind. An `optional` group may be absent; its `get` and `set` read and change whether it
/// is present.
///
/// Set settings in the order of their table, because an early one (a network's depth) may change
/// the defaults of later ones.
struct Setting {
  /// The first ones hold the types of SettingValue, in its order. A choice holds a text, and an
  /// optional group a bool.
  enum class Type { boolean, integer, number, text, integers, numbers, choices, choice, group };

  std::string name;
  std::string meaning;  // one line: what it does, unit, source
  Type type = Type::text;
  double low = -std::numeric_limits<double>::infinity();  // inclusive; of each element in a list
  double high = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;
  SettingValue initial;  // the default

  bool is_kind = false;          // a choice of the kind
  std::string kind;              // empty: every kind has the setting
  std::vector<Setting> members;  // of a group; they take the same object as the group
  bool optional = false;         // a group that may be absent
  std::optional<std::string> kind_without_word;  // the kind that an object has if it names none;
                                                 // a bare text then names any of the kinds

  // `object` points to a value of the type that the table describes.
  std::function<SettingValue(const void* object)> get;
  std::function<void(void* object, const SettingValue& value)> set;
  std::function<std::string(const void* object)> unused;  // why the setting has no effect, or ""
};

/// A setting of a T.
template <class T>
struct SettingOf : Setting {
  /// The setting has an effect only if `used` returns true. `reason` says why it has none
  /// otherwise.
  SettingOf used_if(std::function<bool(const T&)> used, std::string reason) && {
    return std::move(*this).unused_because(
        [used = std::move(used), reason = std::move(reason)](const T& value) {
          return used(value) ? std::string() : reason;
        });
  }
  /// `reason` returns why the setting has no effect, or "".
  SettingOf unused_because(std::function<std::string(const T&)> reason) && {
    unused = [reason = std::move(reason)](const void* object) {
      return reason(*static_cast<const T*>(object));
    };
    return std::move(*this);
  }
  /// Runs `follow` after every change of the setting.
  SettingOf then(std::function<void(T&)> follow) && {
    set = [set = std::move(set), follow = std::move(follow)](void* object,
                                                             const SettingValue& value) {
      set(object, value);
      follow(*static_cast<T*>(object));
    };
    return std::move(*this);
  }
  /// Only values of this kind have the setting.
  SettingOf only(std::string of_kind) && {
    kind = std::move(of_kind);
    return std::move(*this);
  }
};

/// The static table of the settings of a T.
template <class T>
class Settings {
 public:
  Settings(std::initializer_list<SettingOf<T>> rows) : list_(rows.begin(), rows.end()) {}

  Settings& add(const Settings& more) {
    list_.insert(list_.end(), more.list_.begin(), more.list_.end());
    return *this;
  }
  void add_row(Setting row) { list_.push_back(std::move(row)); }

  const std::vector<Setting>& list() const { return list_; }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

  /// Returns the setting of this name, or nullptr.
  const Setting* find(std::string_view name) const {
    for (const auto& setting : list_)
      if (setting.name == name) return &setting;
    return nullptr;
  }

  SettingValue get(const Setting& setting, const T& value) const { return setting.get(&value); }
  void set(const Setting& setting, T& value, const SettingValue& new_value) const {
    setting.set(&value, new_value);
  }
  /// Why the setting has no effect on the value, or "".
  std::string unused(const Setting& setting, const T& value) const {
    return setting.unused ? setting.unused(&value) : "";
  }

 private:
  std::vector<Setting> list_;
};

/// Returns the first row of a table of several kinds, or nullptr for other tables.
const Setting* kind_row(const std::vector<Setting>& table);

/// The rows that values of the kind have, without the row of the kind itself.
std::vector<const Setting*> rows_of_kind(const std::vector<Setting>& table,
                                         const std::string& kind);

/// The rows that the object has, without the row of the kind itself.
std::vector<const Setting*> rows_of(const std::vector<Setting>& table, const void* object);

/// Returns a part of an object, or nullptr if the object lacks the part.
using PathToPart = std::function<const void*(const void* object)>;

/// Converts the settings of a part to settings of the whole. `initial` is a default-constructed
/// whole.
std::vector<Setting> settings_of_part(std::vector<Setting> settings, const PathToPart& path,
                                      const void* initial);

/// A setting that `get` and `set` read and write.
template <class T>
SettingOf<T> setting_of(Setting::Type type, std::string name, std::string meaning,
                        std::function<SettingValue(const T&)> get,
                        std::function<void(T&, const SettingValue&)> set) {
  SettingOf<T> setting;
  setting.name = std::move(name);
  setting.meaning = std::move(meaning);
  setting.type = type;
  setting.initial = get(T());
  setting.get = [get = std::move(get)](const void* object) {
    return get(*static_cast<const T*>(object));
  };
  setting.set = [set = std::move(set)](void* object, const SettingValue& value) {
    set(*static_cast<T*>(object), value);
  };
  return setting;
}

/// A setting that a member holds. The member's type determines the setting's type.
template <class T, class Member>
SettingOf<T> setting_of(std::string name, std::string meaning, Member T::* member) {
  return setting_of<T>(
      static_cast<Setting::Type>(SettingValue(Member()).index()), std::move(name),
      std::move(meaning), [member](const T& value) -> SettingValue { return value.*member; },
      [member](T& value, const SettingValue& new_value) {
        value.*member = std::get<Member>(new_value);
      });
}

template <class T>
SettingOf<T> with_range(SettingOf<T> setting, double low, double high) {
  setting.low = low;
  setting.high = high;
  return setting;
}

// Makers of rows.
template <class T>
SettingOf<T> flag(std::string name, std::string meaning, bool T::* member) {
  return setting_of(std::move(name), std::move(meaning), member);
}
template <class T>
SettingOf<T> text(std::string name, std::string meaning, std::string T::* member) {
  return setting_of(std::move(name), std::move(meaning), member);
}
/// An integer or a real number, or a list of such numbers, each from `low` to `high`.
template <class T, class Numbers>
SettingOf<T> number(std::string name, std::string meaning, Numbers T::* member, double low,
                    double high) {
  return with_range(setting_of(std::move(name), std::move(meaning), member), low, high);
}
/// Any of several words, each at most once.
template <class T>
SettingOf<T> choices(std::string name, std::string meaning, std::vector<std::string> T::* member,
                     std::vector<std::string> known) {
  auto setting = setting_of(std::move(name), std::move(meaning), member);
  setting.choices = std::move(known);
  return setting;
}
/// One of the values of an enumeration; `names` lists every value.
template <class T, class Enum>
SettingOf<T> choice(std::string name, std::string meaning, Enum T::* member,
                    const std::vector<std::pair<std::string, Enum>>& names) {
  auto setting = setting_of<T>(
      Setting::Type::choice, std::move(name), std::move(meaning),
      [member, names](const T& value) -> SettingValue {
        for (const auto& [word, entry] : names)
          if (entry == value.*member) return word;
        return std::string();
      },
      [member, names](T& value, const SettingValue& new_value) {
        for (const auto& [word, entry] : names)
          if (word == std::get<std::string>(new_value)) value.*member = entry;
      });
  for (const auto& entry : names) setting.choices.push_back(entry.first);
  return setting;
}
template <class T, class Part>
SettingOf<T> group(std::string name, std::string meaning, Part T::* member,
                   const Settings<Part>& members) {
  SettingOf<T> setting;
  setting.name = std::move(name);
  setting.meaning = std::move(meaning);
  setting.type = Setting::Type::group;
  const T initial;
  setting.members = settings_of_part(
      members.list(),
      [member](const void* object) { return &(static_cast<const T*>(object)->*member); }, &initial);
  return setting;
}
template <class T, class Part>
SettingOf<T> optional_group(std::string name, std::string meaning, std::optional<Part> T::* member,
                            const Settings<Part>& members) {
  auto setting = setting_of<T>(
      Setting::Type::group, std::move(name), std::move(meaning),
      [member](const T& value) -> SettingValue { return (value.*member).has_value(); },
      [member](T& value, const SettingValue& new_value) {
        auto& part = value.*member;
        if (!std::get<bool>(new_value))
          part.reset();
        else if (!part)
          part.emplace();
      });
  setting.optional = true;
  const T initial;
  setting.members = settings_of_part(
      members.list(),
      [member](const void* object) -> const void* {
        const auto& part = static_cast<const T*>(object)->*member;
        return part ? &*part : nullptr;
      },
      &initial);
  return setting;
}

/// A kind that an enumeration holds.
template <class T, class Enum>
SettingOf<T> kind_choice(std::string name, Enum T::* member,
                         const std::vector<std::pair<std::string, Enum>>& names) {
  auto setting = choice(std::move(name), "which kind", member, names);
  setting.is_kind = true;
  return setting;
}

/// The rows of a member that is one of several types: the kind, and each type's own settings. A
/// type has its name in `kName` and its table in `settings()`. Setting the kind resets the member
/// to the kind's defaults.
template <class T, class... Kinds>
Settings<T> kinds(std::string name, std::variant<Kinds...> T::* member) {
  const std::vector<std::string> words = {Kinds::kName...};
  auto kind = setting_of<T>(
      Setting::Type::choice, std::move(name), "which kind",
      [member, words](const T& value) -> SettingValue { return words[(value.*member).index()]; },
      [member](T& value, const SettingValue& new_value) {
        const auto& word = std::get<std::string>(new_value);
        (void)((word == Kinds::kName && ((value.*member).template emplace<Kinds>(), true)) || ...);
      });
  kind.is_kind = true;
  kind.choices = words;
  Settings<T> table = {kind};
  const T initial;
  const auto add_kind = [&]<class Kind>(const Settings<Kind>& settings) {
    const PathToPart path = [member](const void* object) -> const void* {
      return std::get_if<Kind>(&(static_cast<const T*>(object)->*member));
    };
    for (auto& row : settings_of_part(settings.list(), path, &initial)) {
      row.kind = Kind::kName;
      table.add_row(std::move(row));
    }
  };
  (add_kind(Kinds::settings()), ...);
  return table;
}

/// Describes the valid values for messages: "an integer from 1 to 1024", "one of 'A', 'B', 'C'".
std::string expected(const Setting& setting);

/// Returns a message if the value has the wrong type or is out of range, otherwise nothing. A
/// number may be an integer.
std::optional<std::string> error_of(const Setting& setting, const SettingValue& value);

/// Converts the value to the setting's type: an integer becomes a real number if the setting is a
/// number.
SettingValue converted(const Setting& setting, const SettingValue& value);

/// Reads a value written as bare text (`true`, `3`, `-2.5`, `B`, `16,32,64`) as the setting's type.
/// Throws InvalidInput with a description of the valid values.
SettingValue parse_value(const Setting& setting, std::string_view written);

}  // namespace reslab
