#pragma once

#include <string>

#include "app/config/json.h"
#include "app/report/report.h"

namespace reslab::app {

/// Whether report.html shows the matrix. A heat map of too many classes would not be legible.
bool has_heat_map(const ConfusionMatrix& matrix);

/// A confusion matrix for report.js: the classes' names, and (class, predicted class, number of
/// images) for each cell that is not 0.
Json confusion_data(const ConfusionMatrix& matrix);

/// The element of each network's heat map (confusion-0, confusion-1, …), misclassified test images
/// and the filters of its first layer.
std::string html_pictures(const Report& report);

}  // namespace reslab::app
