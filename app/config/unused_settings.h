#pragma once

#include <string>
#include <vector>

#include "app/config/input_errors.h"
#include "app/config/settings_reader.h"

namespace reslab::app {

/// Remembers of every setting that the file gives whether any run uses it: one that none uses was
/// meant to do something that it does not do.
class GivenSettings {
 public:
  /// Notes the settings given by `object`, as one run uses them.
  void note(const Settings& settings, const Json& object, const Places& places);

  /// Adds a line for every setting without effect.
  void report(Mistakes& mistakes) const;

 private:
  struct Given {
    std::string place;
    std::string unused;  // why, empty once a run uses it
  };

  std::vector<Given> given_;
};

}  // namespace reslab::app
