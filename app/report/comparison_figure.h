#pragma once

#include <string>

#include "app/report/setting_comparison.h"

namespace reslab::app {

/// The name of the file that holds comparison_svg() beside a report.
inline constexpr const char* kComparisonFile = "settings.svg";

/// An SVG with one panel for each setting: the error over its values. A line joins runs whose other
/// settings are equal.
std::string comparison_svg(const SettingComparison& comparison);

/// The same panels as a <figure> whose colours and fonts are the page's (html/report.css).
std::string comparison_html(const SettingComparison& comparison);

}  // namespace reslab::app
