#include "reslab/data/order.h"

#include <numeric>
#include <utility>

namespace reslab {

std::vector<std::int64_t> random_permutation(std::int64_t count, Random random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (auto left = count; left > 1; --left)
    std::swap(order[static_cast<std::size_t>(left - 1)],
              order[static_cast<std::size_t>(random.below(left))]);
  return order;
}

}  // namespace reslab
