#pragma once

#include <cstdint>
#include <vector>

#include "reslab/train/record.h"

namespace reslab {

/// Result of evaluating a network.
struct Evaluation {
  Score score;
  /// Confusion matrix: number of images of each class (row) that were classified as each class
  /// (column).
  std::vector<std::vector<std::int64_t>> confusion;
};

}  // namespace reslab
