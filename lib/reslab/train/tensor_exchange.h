#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/interchange/tensors.h"
#include "reslab/ranks/rank_group.h"

namespace reslab {

/// Replaces float32 tensors of one device by their sums over all ranks (ranks/collectives.h). The
/// GPUs add the tensors if the ranks have joined them, otherwise the CPU does. `memory`: kept by
/// the caller from one call to the next. Throws RankLost.
void sum_over_ranks(RankGroup& group, const std::vector<at::Tensor>& tensors, at::Tensor& memory);

/// Returns the tensors of rank 0, on the CPU. The other ranks' tensors are not used. Throws
/// RankLost.
NamedTensors broadcast_tensors(RankGroup& group, const NamedTensors& tensors);

}  // namespace reslab
