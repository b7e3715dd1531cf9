#pragma once

#include <string>
#include <vector>

#include "app/config/json.h"
#include "reslab/train/evaluation_result.h"

namespace reslab::app {

/// Names for all classes of an evaluation: those given, then numbers.
std::vector<std::string> class_names(std::vector<std::string> given, const Evaluation& evaluation);

/// A table for a terminal: of each class that has images, how many, the error in percent and what
/// its images are most often taken for.
std::string class_table(const Evaluation& evaluation, const std::vector<std::string>& names);

/// A table for a terminal: a row for each class, a column for what its images were taken for. Of
/// more than twenty classes the most frequent confusions instead.
std::string confusion_table(const Evaluation& evaluation, const std::vector<std::string>& names);

/// A list of objects, one for each class: its name, images, error in percent.
Json class_results(const Evaluation& evaluation, const std::vector<std::string>& names);

}  // namespace reslab::app
