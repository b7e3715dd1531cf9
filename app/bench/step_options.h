#pragma once

#include <cstdint>

#include "reslab/base/setting.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// `training` and `evaluation` time a training step and the evaluation of a batch as in `reslab
/// run`. `convolutions` times only the convolutions of a training step, forward and backward; they
/// are a lower bound of its time. `predict` times the prediction of JPEG files as in `reslab
/// predict`. `input` and `decoder` need no network: they time making a training batch from JPEG
/// files, and only decoding these files.
enum class Work { training, evaluation, convolutions, predict, input, decoder };

bool has_network(Work work);

/// The work to time, and how often.
struct StepOptions {
  StepOptions() { recipe.precision = Precision::automatic; }

  Work work = Work::training;
  Recipe recipe;            // batch, precision and kernels
  std::int64_t warmup = 3;  // steps that are not counted
  std::int64_t steps = 10;
};

/// The settings of the command line, in the order of the help.
const Settings<StepOptions>& step_settings();

}  // namespace reslab::app
