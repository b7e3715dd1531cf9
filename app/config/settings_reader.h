#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/input_errors.h"
#include "app/config/json.h"
#include "reslab/base/setting.h"

namespace reslab::app {

/// The settings of a value whose type only the caller knows.
using SettingTable = std::vector<Setting>;

/// Calls `visit` with every setting of the table and of its groups, and with the JSON pointer to
/// it, which begins with `prefix`. Groups come before their members.
void visit_settings(
    const SettingTable& table, const std::string& prefix,
    const std::function<void(const std::string& pointer, const Setting& setting)>& visit);

/// The settings that the JSON pointer leads to. Several kinds of a group may each have one.
std::vector<const Setting*> settings_at(const SettingTable& table, std::string_view pointer);

/// Whether the JSON pointer leads to a setting that holds a text, in a value of any kind.
bool is_text(const SettingTable& table, std::string_view pointer);

/// Replaces each value that stands for a group's object (Setting::bare) by that object, also inside
/// groups. Values of another type stay as they are.
void write_out_bare_values(const SettingTable& table, Json& json);

// The functions below for a value of any type; `object` points to it.
void read_object(const SettingTable& table, void* object, const Json& json,
                 const std::string& pointer, const Places& places, InputErrors& errors,
                 const std::vector<std::string>& other_keys);
Json object_to_json(const SettingTable& table, const void* object);

/// Sets every setting that the JSON object has a key for, in the order of the table. Settings
/// without a key, or with the value null, keep their values. Adds a line for each unknown key,
/// wrong type and impossible value. `pointer` is the JSON pointer to the object; `places` returns
/// the file and place of a pointer. The caller reads the `other_keys`.
template <class T>
void read_settings(const Settings<T>& settings, T& value, const Json& json,
                   const std::string& pointer, const Places& places, InputErrors& errors,
                   const std::vector<std::string>& other_keys = {}) {
  read_object(settings.list(), &value, json, pointer, places, errors, other_keys);
}

/// Converts the value to the complete object that `read_settings` reads back. Leaves out settings
/// that have no effect.
template <class T>
Json to_json(const Settings<T>& settings, const T& value) {
  return object_to_json(settings.list(), &value);
}

/// Finds the settings of a file that no run uses. They are errors, because their author expects an
/// effect.
class UnusedSettings {
 public:
  /// Notes the settings that the JSON object gives to one run, also inside groups. `value` is the
  /// result of reading the object; `pointer` is the JSON pointer to it.
  template <class T>
  void note(const Settings<T>& settings, const T& value, const Json& json,
            const std::string& pointer, const Places& places) {
    note_object(settings.list(), &value, json, pointer, places);
  }

  /// Adds a line for every setting that no run uses.
  void report(InputErrors& errors) const;

 private:
  void note_object(const SettingTable& table, const void* object, const Json& json,
                   const std::string& pointer, const Places& places);

  struct Given {
    std::string place;
    std::string unused;  // the reason, empty once a run uses it
  };

  std::vector<Given> given_;
};

}  // namespace reslab::app
