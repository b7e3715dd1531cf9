#pragma once

// Makers of the rows of Settings tables.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "reslab/base/setting.h"

namespace reslab {

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

}  // namespace reslab
