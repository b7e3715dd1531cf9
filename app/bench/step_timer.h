#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// `training` and `evaluation` time a training step and the evaluation of a batch as in `reslab
/// run`. `convolutions` times only the convolutions of a training step, forward and backward; they
/// are a lower bound of its time. `predict` times the prediction of JPEG files as in `reslab
/// predict`. `input` and `decoder` need no network: they time making a training batch from JPEG
/// files, and only decoding these files.
enum class Work { training, evaluation, convolutions, predict, input, decoder };

bool has_network(Work work);

/// The work to time and its options.
struct StepTiming {
  StepTiming() { recipe.precision = Precision::automatic; }

  Work work = Work::training;
  NetworkSpec network;
  Recipe recipe;  // batch, precision and kernels
  std::int64_t image_size = 224;
  std::int64_t warmup = 3;  // steps that are not counted
  std::int64_t steps = 10;
  at::Device device{at::kCPU};
  std::string trace;  // file for a Chrome trace of the counted steps; empty: none
};

/// Returns the seconds of each counted step. A training step makes a batch of cropped and flipped
/// random images, runs the forward and backward pass, and updates the weights with SGD. It contains
/// no evaluation and no records. An evaluation normalises a batch, runs the forward pass and counts
/// the errors.
std::vector<double> time_steps(const StepTiming& timing);

/// The median; for an even count, the mean of the two middle values.
double median(std::vector<double> values);

}  // namespace reslab::app
