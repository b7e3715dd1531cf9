#include "reslab/data/split.h"

#include <algorithm>
#include <utility>

#include "reslab/base/error.h"
#include "reslab/data/order.h"

namespace reslab {
namespace {

constexpr std::uint64_t kSplitKey = 0x73706c6974;

}  // namespace

std::vector<std::string> split_errors(std::int64_t train_images, bool has_validation,
                                      std::int64_t count) {
  std::vector<std::string> lines;
  if (count != 0 && has_validation)
    lines.push_back(
        "validation: expected 0, because the data have a validation split (val/); "
        "found " +
        std::to_string(count));
  if (count < 0 || (count > 0 && count >= train_images))
    lines.push_back("validation: expected at most " + std::to_string(train_images - 1) + " of " +
                    std::to_string(train_images) + " training images, found " +
                    std::to_string(count));
  return lines;
}

void split_validation(DataSet& data, std::int64_t count) {
  const auto size = data.train->size();
  if (auto lines = split_errors(size, data.validation != nullptr, count); !lines.empty())
    throw InvalidInput(std::move(lines));
  if (count == 0) return;
  auto train = random_permutation(size, Random{kSplitKey});
  std::vector<std::int64_t> validation(train.end() - count, train.end());
  train.resize(static_cast<std::size_t>(size - count));
  std::ranges::sort(train);
  std::ranges::sort(validation);
  data.validation = std::make_shared<Subset>(data.train, std::move(validation));
  data.train = std::make_shared<Subset>(data.train, std::move(train));
}

}  // namespace reslab
