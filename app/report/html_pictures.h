#pragma once

#include <string>

#include "app/config/json.h"
#include "app/report/report.h"

namespace reslab::app {

/// Whether report.html shows the matrix: a heat map of more classes would not be legible.
bool has_heat_map(const ConfusionMatrix& matrix);

/// A confusion matrix for report.js: the classes' names, and (class, predicted class, images) of
/// the cells that are not 0.
Json confusion_data(const ConfusionMatrix& matrix);

/// For each network the place of its heat map (confusion-0, confusion-1, …), misclassified test
/// images and the filters of its first layer.
std::string html_pictures(const Report& report);

}  // namespace reslab::app
