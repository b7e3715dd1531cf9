#pragma once

#include "reslab/data/images.h"
#include "reslab/data/transform.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/ranks/rank_group.h"
#include "reslab/train/record.h"

namespace reslab {

/// Evaluates the network with BatchNorm's running statistics. Returns the mean loss, the top-1 and
/// top-5 errors and the confusion matrix over all images, and the predicted class of each image. If
/// the transform takes ten views of an image, their probabilities are averaged. Restores the
/// network's training or evaluation mode. With a group, the ranks share the batches, and each gets
/// the result of a single process. Throws InvalidInput if an image cannot be read, and RankLost.
Evaluation evaluate(Network& network, const Images& images, const Transform& transform,
                    const Execution& execution, RankGroup* group = nullptr);

}  // namespace reslab
