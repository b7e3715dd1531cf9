#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/config/input_errors.h"
#include "app/config/json.h"
#include "reslab/base/setting.h"

namespace reslab::app {

/// The settings of a value whose type only the caller knows.
using SettingTable = std::vector<Setting>;

/// Called with the pointer of a setting, the setting, and why it has no effect (or "").
using SettingVisitor =
    std::function<void(const std::string& pointer, const Setting&, const std::string& unused)>;

// The functions below for a value of any type; `object` points to it.
void read_object(const SettingTable& table, void* object, const Json& json,
                 const std::string& pointer, const Places& places, InputErrors& errors,
                 const std::vector<std::string>& other_keys);
Json object_to_json(const SettingTable& table, const void* object);
void visit_object(const SettingTable& table, const void* object, const Json& json,
                  const std::string& pointer, const SettingVisitor& visit);

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

/// Visits every setting that the JSON object has a key for, also inside groups. `value` is the
/// result of reading the object.
template <class T>
void visit_given(const Settings<T>& settings, const T& value, const Json& json,
                 const std::string& pointer, const SettingVisitor& visit) {
  visit_object(settings.list(), &value, json, pointer, visit);
}

}  // namespace reslab::app
