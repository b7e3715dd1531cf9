#pragma once

#include <cstdint>
#include <vector>

#include "reslab/base/random.h"

namespace reslab {

/// How an epoch draws the training images.
enum class Sampler {
  shuffle,         // each image once, in random order
  class_balanced,  // every class with equal probability, with replacement
};

/// The indices of an epoch that draws `labels.size()` images. Each draw chooses one of the classes
/// that occur in `labels`, then one of its images, both uniformly. A function of `random`.
std::vector<std::int64_t> balanced_draws(const std::vector<std::int64_t>& labels, Random random);

}  // namespace reslab
