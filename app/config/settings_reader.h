#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/config/input_errors.h"
#include "app/config/json.h"
#include "reslab/base/setting.h"

namespace reslab::app {

/// Sets every setting that the object has a key for, in the order of the list; the others stay at
/// their defaults, and so do those whose value is null. Adds a line for each unknown key, wrong
/// type and impossible value; `pointer` leads to the object, `places` tells the file of a pointer
/// inside. `other_keys` are known too, but the caller reads them.
void read_settings(const Settings& settings, const Json& object, const std::string& pointer,
                   const Places& places, Mistakes& mistakes,
                   const std::vector<std::string>& other_keys = {});

/// The complete object that `read_settings` would read back, with defaults, without the settings
/// that have no effect as things are set.
Json to_json(const Settings& settings);

/// Calls `visit` with the pointer of every setting that the object has a key for, also inside of
/// groups. To be called after reading, with the settings made anew, when `unused` tells the truth.
void visit_given(const Settings& settings, const Json& object, const std::string& pointer,
                 const std::function<void(const std::string&, const Setting&)>& visit);

}  // namespace reslab::app
