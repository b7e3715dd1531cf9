#include "reslab/data/split.h"

#include <algorithm>
#include <utility>

#include "reslab/base/error.h"
#include "reslab/data/order.h"

namespace reslab {
namespace {

constexpr std::uint64_t kSplitKey = 0x73706c6974;

}  // namespace

std::vector<std::string> split_mistakes(std::int64_t train_images, bool has_validation,
                                        std::int64_t count) {
  std::vector<std::string> lines;
  if (count != 0 && has_validation)
    lines.push_back("validation: " + std::to_string(count) +
                    " images to be taken out of the training set, but the data have a validation "
                    "set (val/) of their own; it should be 0");
  if (count < 0 || (count > 0 && count >= train_images))
    lines.push_back("validation: " + std::to_string(count) + " of " + std::to_string(train_images) +
                    " training images; it should be at most " + std::to_string(train_images - 1));
  return lines;
}

void split_validation(DataSet& data, std::int64_t count) {
  const auto size = data.train->size();
  if (auto lines = split_mistakes(size, data.validation != nullptr, count); !lines.empty())
    throw InvalidInput(std::move(lines));
  if (count == 0) return;
  std::vector<std::int64_t> kept;
  shuffled(size, Random{kSplitKey}, kept);
  std::vector<std::int64_t> taken(kept.end() - count, kept.end());
  kept.resize(static_cast<std::size_t>(size - count));
  std::sort(kept.begin(), kept.end());
  std::sort(taken.begin(), taken.end());
  data.validation = std::make_shared<Subset>(data.train, std::move(taken));
  data.train = std::make_shared<Subset>(data.train, std::move(kept));
}

}  // namespace reslab
