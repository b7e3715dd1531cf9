#pragma once

#include <string>
#include <vector>

#include "app/report/setting_comparison.h"

namespace reslab::app {

/// A plot of the error over the values of one setting. A line joins runs whose other settings are
/// equal.
struct ComparisonPanel {
  std::string svg;               // the left edge is at x = 0, the upper edge at y = kAbovePanels
  double width = 0, height = 0;  // in pixels
};

/// The height in pixels that the panels leave free for a title.
inline constexpr double kAbovePanels = 44;

/// Returns a panel for each setting. The panels have the same error axis.
std::vector<ComparisonPanel> comparison_panels(const SettingComparison& comparison);

}  // namespace reslab::app
