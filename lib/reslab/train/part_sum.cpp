#include "reslab/train/part_sum.h"

#include <torch/torch.h>

namespace reslab {

void PartSum::add(std::int64_t part, std::size_t index, const at::Tensor& tensor) {
  const torch::NoGradGuard no_grad;
  std::size_t level = 0;
  for (; ((part >> level) & 1) != 0; ++level) tensor.add_(levels_[level][index]);
  if (part == parts_ - 1) return;
  if (levels_.size() <= level) levels_.resize(level + 1);
  auto& tensors = levels_[level];
  if (tensors.size() <= index) tensors.resize(index + 1);
  if (tensors[index].defined())
    tensors[index].copy_(tensor);
  else
    tensors[index] = tensor.clone();
}

}  // namespace reslab
