#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

namespace reslab {

/// Returns nearly the orthogonal matrix that is nearest to `weights`, as a matrix with one row for
/// each output channel. If the singular value decomposition is U·diag(σ)·Vᵀ, the result is
/// U·diag(s)·Vᵀ. s is between 0.7 and 1.2 unless σ is tiny compared with the largest singular
/// value. A matrix with more rows than columns is scaled by √(rows/columns), so that the step of an
/// output channel keeps its length. The method is five Newton–Schulz steps in float32, with the
/// coefficients of Jordan et al. 2024 (https://kellerjordan.github.io/posts/muon).
///
/// `weights`: [output channels, …], at least two dimensions. The result has the same sizes.
at::Tensor orthogonalized(const at::Tensor& weights);

/// Applies `orthogonalized` to each tensor. On a CPU one thread computes a whole tensor, so that
/// the bits are the same for any number of threads.
std::vector<at::Tensor> orthogonalized(const std::vector<at::Tensor>& weights);

}  // namespace reslab
