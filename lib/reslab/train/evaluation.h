#pragma once

#include "reslab/data/images.h"
#include "reslab/data/transform.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/train/record.h"

namespace reslab {

/// Evaluates the network with BatchNorm's running statistics. Returns the mean loss, the top-1 and
/// top-5 errors and the confusion matrix over all images, and the predicted class of each image. If
/// the transform takes ten views of an image, their probabilities are averaged. Restores the
/// network's training or evaluation mode. Throws InvalidInput if an image cannot be read.
Evaluation evaluate(Network& network, const Images& images, const Transform& transform,
                    const Execution& execution);

}  // namespace reslab
