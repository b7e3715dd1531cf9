#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/data/images.h"

namespace reslab {

/// Takes `count` images out of the training set for validation. Which ones depends on the size of
/// the training set and on `count` alone, never on a run's seed: the numbers 0 … size−1 are
/// shuffled with a fixed key, the last `count` of them are for validation, and both parts keep the
/// order of the set. Throws InvalidInput with split_mistakes().
void split_validation(DataSet& data, std::int64_t count);

/// Why `count` images cannot be taken out: nothing would be left to train on, or the data have a
/// validation set of their own. Empty when they can.
std::vector<std::string> split_mistakes(std::int64_t train_images, bool has_validation,
                                        std::int64_t count);

}  // namespace reslab
