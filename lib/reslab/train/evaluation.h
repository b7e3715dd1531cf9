#pragma once

#include "reslab/data/images.h"
#include "reslab/data/transform.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/train/evaluation_result.h"
#include "reslab/train/record.h"

namespace reslab {

/// Mean loss, top-1 and top-5 error over all images, single view, with BatchNorm's running
/// statistics. The network is in training mode again afterwards if it was before.
Score evaluate(Network& network, const Images& images, const Transform& transform,
               const Execution& execution);

/// The same score, bit by bit, in detail.
Evaluation evaluate_in_detail(Network& network, const Images& images, const Transform& transform,
                              const Execution& execution);

}  // namespace reslab
