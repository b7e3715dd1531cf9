#pragma once

#include "app/runs/pictures.h"
#include "reslab/data/images.h"
#include "reslab/data/transform.h"
#include "reslab/interchange/tensors.h"
#include "reslab/train/record.h"

namespace reslab::app {

/// Makes the pictures of a trained network from its weights and its evaluation on the test split.
/// Pictures show the centre crop that the network sees, with a shorter side of at most 96 pixels.
/// Each filter is scaled: 0 is grey, and its largest magnitude is black or white. Without libspng
/// there are no pictures. Throws InvalidInput if an image cannot be decoded.
RunPictures make_pictures(std::int64_t iteration, const NamedTensors& weights, const Images& test,
                          const Transform& transform, const Evaluation& evaluation);

}  // namespace reslab::app
