#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

namespace reslab {

/// The weights' nearest orthogonal matrix, nearly: with a row for each output channel, U·diag(s)·Vᵀ
/// of its singular value decomposition U·diag(σ)·Vᵀ, where s is about 1 (0.7 to 1.2) for every σ
/// that is not tiny beside the others. Where rows outnumber columns it is √(rows/columns) times as
/// large, so that an output channel's step keeps its length. Five steps of the Newton–Schulz
/// iteration, in float32, with the coefficients of Jordan et al. 2024
/// (https://kellerjordan.github.io/posts/muon).
///
/// `weights`: [output channels, …], at least two dimensions; the result has its sizes.
at::Tensor orthogonalized(const at::Tensor& weights);

/// Each of them made so; on a processor each in one thread, so that the bits are the same for any
/// number of threads.
std::vector<at::Tensor> orthogonalized(const std::vector<at::Tensor>& weights);

}  // namespace reslab
