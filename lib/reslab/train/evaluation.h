#pragma once

#include <c10/core/Device.h>

#include "reslab/data/images.h"
#include "reslab/data/transform.h"
#include "reslab/model/network.h"
#include "reslab/train/recipe.h"
#include "reslab/train/record.h"

namespace reslab {

/// Mean loss and top-1 error over all images, single view, with BatchNorm's running statistics. The
/// network is in training mode again afterwards if it was before. `precision` must be resolved.
Score evaluate(Network& network, const Images& images, const Transform& transform,
               Precision precision, at::Device device);

}  // namespace reslab
