#include "app/config/unused_settings.h"

#include <algorithm>

namespace reslab::app {

void UnusedSettings::note_one(const std::string& place, const std::string& unused) {
  const auto known = std::ranges::find(given_, place, &Given::place);
  if (known == given_.end())
    given_.push_back({place, unused});
  else if (unused.empty())
    known->unused.clear();
}

void UnusedSettings::report(InputErrors& errors) const {
  for (const auto& [place, unused] : given_)
    if (!unused.empty())
      errors.add(place, "has no effect: " + unused + "; expected a setting that a network uses");
}

}  // namespace reslab::app
