#include "reslab/data/sampler.h"

#include <map>
#include <utility>

namespace reslab {

std::vector<std::int64_t> balanced_draws(const std::vector<std::int64_t>& labels, Random random) {
  std::map<std::int64_t, std::vector<std::int64_t>> images_of_label;
  for (std::size_t i = 0; i < labels.size(); ++i)
    images_of_label[labels[i]].push_back(static_cast<std::int64_t>(i));
  std::vector<std::vector<std::int64_t>> classes;
  for (auto& entry : images_of_label) classes.push_back(std::move(entry.second));
  const auto pick = [&random](const auto& list) -> const auto& {
    return list[static_cast<std::size_t>(random.below(std::ssize(list)))];
  };
  std::vector<std::int64_t> draws(labels.size());
  for (auto& index : draws) index = pick(pick(classes));
  return draws;
}

}  // namespace reslab
