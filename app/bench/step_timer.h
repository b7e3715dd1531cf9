#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "app/bench/step_options.h"
#include "reslab/model/network_spec.h"

namespace reslab::app {

/// The work to time, the network and the device.
struct StepTiming : StepOptions {
  NetworkSpec network;
  std::int64_t image_size = 224;
  at::Device device{at::kCPU};
  std::string trace;  // file for a Chrome trace of the counted steps; empty: none
};

/// Returns the seconds of each counted step. A training step makes a batch of cropped and flipped
/// random images, runs the forward and backward pass, and updates the weights with SGD. It contains
/// no evaluation and no records. An evaluation normalises a batch, runs the forward pass and counts
/// the errors.
std::vector<double> time_steps(const StepTiming& timing);

}  // namespace reslab::app
