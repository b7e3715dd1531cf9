#pragma once

#include <algorithm>
#include <vector>

namespace reslab {

/// The median; for an even count, the mean of the two middle values. `values` must not be empty.
inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace reslab
