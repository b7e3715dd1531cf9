#pragma once

#include <cstdint>
#include <vector>

#include <c10/core/Device.h>

#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// What is trained and how, to see how fast it goes.
struct StepTiming {
  NetworkSpec network;
  Precision precision = Precision::float32;
  std::int64_t batch = 128;
  std::int64_t image_size = 32;
  std::int64_t warmup = 3;  // steps that are not counted
  std::int64_t steps = 10;
  at::Device device{at::kCPU};
};

/// Seconds of each counted training step, made as `reslab run` makes them (a batch of random images
/// cut and flipped, forward, backward, SGD), evaluation and records left out.
std::vector<double> time_steps(const StepTiming& timing);

/// The middle value; of an even number the mean of the two.
double median(std::vector<double> values);

}  // namespace reslab::app
