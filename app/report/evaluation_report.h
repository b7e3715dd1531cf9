#pragma once

#include <string>
#include <vector>

#include "app/config/json.h"
#include "app/report/table.h"
#include "reslab/train/record.h"

namespace reslab::app {

/// A name for each class of the evaluation: `known` names first, then class numbers.
std::vector<std::string> class_names(std::vector<std::string> known, const Evaluation& evaluation);

/// A table with a row for each class that has images: how many, the error in percent and the class
/// that they are most often mistaken for.
Table class_table(const Evaluation& evaluation, const std::vector<std::string>& names);

/// The confusion matrix: a row for each class, a column for each predicted class. For more than
/// twenty classes, a list of the most frequent confusions.
Table confusion_table(const Evaluation& evaluation, const std::vector<std::string>& names);

/// A list with an object for each class: name, number of images, error in percent.
Json class_results(const Evaluation& evaluation, const std::vector<std::string>& names);

}  // namespace reslab::app
