#pragma once

#include <cstdint>
#include <vector>

#include "reslab/base/random.h"

namespace reslab {

/// A uniformly random permutation of 0 … count − 1 (Fisher-Yates), a function of `random`.
std::vector<std::int64_t> random_permutation(std::int64_t count, Random random);

}  // namespace reslab
