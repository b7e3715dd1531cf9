#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reslab {

/// Sums values that the parts of a batch compute one after another, pairwise in a binary tree:
/// ((0 + 1) + (2 + 3)) + … . Processes that add neighbouring parts therefore compute inner nodes of
/// the tree, and their sums can be added to the same bits.
class PartSum {
 public:
  /// `parts`: a power of two.
  explicit PartSum(std::int64_t parts) : parts_(parts) {}

  /// Takes the values of the next part, `part`, from a tensor. `index` tells the tensors of a part
  /// apart. After the last part, the tensor holds the sum; before, it can be overwritten.
  void add(std::int64_t part, std::size_t index, const at::Tensor& tensor);

 private:
  std::int64_t parts_;
  std::vector<std::vector<at::Tensor>> levels_;  // by level and index: sums of 2^level parts
};

}  // namespace reslab
