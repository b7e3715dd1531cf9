#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/data/images.h"

namespace reslab {

/// Moves `count` training images to a validation split. The choice depends only on `count` and the
/// size of the training split, never on a run's seed: the last `count` indices of a permutation
/// with a fixed key. Both splits keep the original order. Throws InvalidInput with split_errors().
void split_validation(DataSet& data, std::int64_t count);

/// Returns a line for each reason why `count` images cannot be moved: no training image would be
/// left, or the data set already has a validation split.
std::vector<std::string> split_errors(std::int64_t train_images, bool has_validation,
                                      std::int64_t count);

}  // namespace reslab
