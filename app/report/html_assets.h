#pragma once

#include <string_view>

namespace reslab::app {

// Files that the build embeds into the program: third_party/uplot and app/report/html.
extern const std::string_view kPlotStyle;
extern const std::string_view kPlotScript;
extern const std::string_view kPlotLicense;
extern const std::string_view kReportStyle;
extern const std::string_view kReportScript;

}  // namespace reslab::app
