#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/report/summary.h"
#include "app/report/table.h"

namespace reslab::app {

/// The test errors of one network, class by class.
struct ClassReport {
  std::string network;
  Table classes;    // images, error and most frequent wrong class of each class
  Table confusion;  // the confusion matrix, or the most frequent confusions of many classes
};

/// The class reports of the networks that were trained on a folder of images. Images are summed
/// over the counted seeds, each at its last evaluation.
std::vector<ClassReport> class_reports(const std::vector<NetworkRuns>& networks);

}  // namespace reslab::app
