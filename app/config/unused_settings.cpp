#include "app/config/unused_settings.h"

#include <algorithm>

namespace reslab::app {

void GivenSettings::note(const Settings& settings, const Json& object, const Places& places) {
  visit_given(settings, object, "", [&](const std::string& pointer, const Setting& setting) {
    const auto place = places(pointer);
    const auto known = std::ranges::find(given_, place, &Given::place);
    if (known == given_.end())
      given_.push_back({place, setting.unused});
    else if (setting.unused.empty())
      known->unused.clear();
  });
}

void GivenSettings::report(Mistakes& mistakes) const {
  for (const auto& [place, unused] : given_)
    if (!unused.empty())
      mistakes.add(place, "has no effect: " + unused + "; expected a setting that a network uses");
}

}  // namespace reslab::app
