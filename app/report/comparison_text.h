#pragma once

#include <string>

#include "app/report/setting_comparison.h"
#include "app/report/table.h"

namespace reslab::app {

/// One row for each combination: values, seeds, errors, difference from the best in points,
/// verdict.
Table comparison_table(const SettingComparison& comparison);

/// The comparison for other programs: {"metric": "validation_error", "ranking": [...], "notes":
/// [...]}. A combination of the ranking has its settings, its finished seeds, its errors in percent
/// as in summary_json(), "behind", "p" and "verdict"; null for unknown values.
Json comparison_json(const SettingComparison& comparison);

/// One sentence that names the best combination and those whose difference is noise.
std::string best_text(const SettingComparison& comparison);

/// The value as text: "0.05", "adamw", "none" for null, "1,2" for lists, "decay=0.99" for objects.
std::string setting_text(const Json& value);

/// The name of the split whose errors the comparison ranks: "validation" or "test".
std::string split_name(const SettingComparison& comparison);

}  // namespace reslab::app
