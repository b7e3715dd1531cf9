#pragma once

#include <algorithm>
#include <cmath>

#include <torch/torch.h>

namespace reslab {

/// Muon's direction, computed in another way: Newton–Schulz's polynomial of each singular value, in
/// float64.
inline at::Tensor muon_reference(const at::Tensor& weights) {
  const auto matrix = weights.flatten(1).to(at::kDouble);
  auto [u, s, vh] = torch::linalg_svd(matrix, false);
  s = s / s.norm();
  for (int i = 0; i < 5; ++i) s = 3.4445 * s - 4.7750 * s.pow(3) + 2.0315 * s.pow(5);
  const auto rows = static_cast<double>(matrix.size(0));
  const auto columns = static_cast<double>(matrix.size(1));
  return (u.mm(s.diag()).mm(vh) * std::sqrt(std::max(1.0, rows / columns)))
      .reshape(weights.sizes());
}

}  // namespace reslab
