#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/report/summary.h"
#include "app/report/table.h"
#include "reslab/train/record.h"

namespace reslab::app {

/// The test images of one network by class and predicted class, summed over the counted seeds, each
/// at its last evaluation.
struct ConfusionMatrix {
  std::string network;
  std::vector<std::string> names;  // of the classes
  Evaluation counts;               // without a score
};

/// The confusion matrices of the networks that recorded one.
std::vector<ConfusionMatrix> confusion_matrices(const std::vector<NetworkRuns>& networks);

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
