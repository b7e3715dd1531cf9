#pragma once

#include <string>
#include <vector>

#include "app/config/input_errors.h"
#include "app/config/settings_reader.h"

namespace reslab::app {

/// Finds the settings of a file that no run uses. They are errors, because their author expects an
/// effect.
class UnusedSettings {
 public:
  /// Notes the settings that the JSON object gives to one run. `value` is the result of reading the
  /// object; `pointer` is the JSON pointer to it.
  template <class T>
  void note(const Settings<T>& settings, const T& value, const Json& json,
            const std::string& pointer, const Places& places) {
    visit_given(settings, value, json, pointer,
                [&](const std::string& inner, const Setting&, const std::string& unused) {
                  note_one(places(inner), unused);
                });
  }

  /// Adds a line for every setting that no run uses.
  void report(InputErrors& errors) const;

 private:
  void note_one(const std::string& place, const std::string& unused);

  struct Given {
    std::string place;
    std::string unused;  // the reason, empty once a run uses it
  };

  std::vector<Given> given_;
};

}  // namespace reslab::app
