#include "reslab/train/muon.h"

#include <cmath>
#include <cstdint>

#include <ATen/Parallel.h>
#include <torch/torch.h>

namespace reslab {

at::Tensor orthogonalized(const at::Tensor& weights) {
  constexpr int kSteps = 5;
  constexpr double kTiny = 1e-7;  // keeps weights that are all zero from becoming NaN
  const auto matrix = weights.flatten(1);
  const auto rows = matrix.size(0);
  const auto columns = matrix.size(1);
  auto x = rows > columns ? matrix.t() : matrix;
  x = x / (x.norm() + kTiny);
  for (int i = 0; i < kSteps; ++i) {  // σ becomes 3.4445·σ - 4.775·σ³ + 2.0315·σ⁵
    const auto square = x.mm(x.t());
    x = at::addmm(x, at::addmm(square, square, square, -4.7750, 2.0315), x, 3.4445, 1);
  }
  if (rows > columns)
    x = x.t() * std::sqrt(static_cast<double>(rows) / static_cast<double>(columns));
  return x.reshape(weights.sizes());
}

std::vector<at::Tensor> orthogonalized(const std::vector<at::Tensor>& weights) {
  std::vector<at::Tensor> all(weights.size());
  if (weights.empty()) return all;
  // One product is too small to be split. Neighbouring tensors have similar sizes, so every thread
  // takes each `threads`-th of them.
  const auto count = weights.size();
  const auto threads =
      weights.front().is_cpu() ? static_cast<std::size_t>(at::get_num_threads()) : std::size_t{1};
  at::parallel_for(0, static_cast<std::int64_t>(threads), 1,
                   [&](std::int64_t first, std::int64_t last) {
                     const torch::NoGradGuard no_grad;
                     for (auto thread = first; thread < last; ++thread)
                       for (auto i = static_cast<std::size_t>(thread); i < count; i += threads)
                         all[i] = orthogonalized(weights[i]);
                   });
  return all;
}

}  // namespace reslab
