#pragma once

#include <cstdint>
#include <vector>

#include "reslab/base/random.h"

namespace reslab {

/// Fills `order` with the numbers 0 … count−1 in an order drawn from `random`, all orders alike
/// (Fisher-Yates).
void shuffled(std::int64_t count, Random random, std::vector<std::int64_t>& order);

}  // namespace reslab
