#pragma once

#include <cstdint>
#include <vector>

#include "reslab/train/record.h"

namespace reslab {

/// What a network makes of images, class by class.
struct Evaluation {
  Score score;
  /// Images of each class (row) that were taken for each class (column).
  std::vector<std::vector<std::int64_t>> confusion;
};

}  // namespace reslab
