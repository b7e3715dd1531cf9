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

namespace reslab {

/// The value of a setting. A list may be empty.
using SettingValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                 std::vector<double>, std::vector<std::string>>;

/// Formats the value as bare text: `true`, `3`, `-2.5`, `B`, `16,32,64`. Numbers have their
/// shortest exact form.
std::string to_text(const SettingValue& value);

/// Formats the value for messages. Texts are in quotes, and real numbers never look like integers.
std::string shown(const SettingValue& value);

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
  /// The types up to `choices` hold the types of SettingValue, in its order. A choice holds a text,
  /// and an optional group holds a bool.
  enum class Type { boolean, integer, number, text, integers, numbers, choices, choice, group };

  std::string name;
  std::string meaning;  // one line: what it does, unit, source
  Type type = Type::text;
  double low = -std::numeric_limits<double>::infinity();  // inclusive; of each element in a list
  double high = std::numeric_limits<double>::infinity();
  std::size_t length = 0;  // number of elements of a list; 0: any
  std::vector<std::string> choices;
  SettingValue initial;  // the default
  // JSON leaves the setting out while it has its default. True for settings that came later, so
  // that files that do not use them still have the same bytes.
  bool omits_default = false;

  bool is_kind = false;          // a choice of the kind
  std::string kind;              // empty: every kind has the setting
  std::vector<Setting> members;  // of a group; they take the same object as the group
  bool optional = false;         // a group that may be absent
  std::optional<std::string> kind_without_word;  // the kind that an object has if it names none;
                                                 // a bare text then names any of the kinds
  // A group may be given by one value in place of an object. The value is then that of the member
  // `bare`, the other members have their defaults, and the object is of the kind `bare_kind`. An
  // empty `bare` means that the group must be an object.
  std::string bare;
  std::string bare_kind;

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
  /// The setting is a list of `count` elements.
  SettingOf of_length(std::size_t count) && {
    length = count;
    return std::move(*this);
  }
  /// JSON leaves the setting out while it has its default.
  SettingOf omit_default() && {
    omits_default = true;
    return std::move(*this);
  }
  /// Allows a value in place of the group's object. It stands for an object with this value of
  /// `member`, of the kind `kind_of_object` if that is not empty.
  SettingOf or_bare(std::string member, std::string kind_of_object = "") && {
    bare = std::move(member);
    bare_kind = std::move(kind_of_object);
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

/// The member that a value in place of the group's object stands for, or nullptr.
const Setting* bare_member(const Setting& group);

/// The rows that values of the kind have, without the row of the kind itself.
std::vector<const Setting*> rows_of_kind(const std::vector<Setting>& table,
                                         const std::string& kind);

/// The rows that the object has, without the row of the kind itself.
std::vector<const Setting*> rows_of(const std::vector<Setting>& table, const void* object);

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
