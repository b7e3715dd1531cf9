#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// Training steps as `reslab run` makes them, evaluations of a batch as it makes them, or only the
/// convolutions of a training step, forward and backward: what no training step can fall below.
/// Predictions: of JPEG files, as `reslab predict` makes them. Without a network: training batches
/// from JPEG files, and the same files decoded, as much as one batch needs.
enum class Work { training, evaluation, convolutions, predict, input, decoder };

bool has_network(Work work);

/// What is done and how, to see how fast it goes.
struct StepTiming {
  Work work = Work::training;
  NetworkSpec network;
  Precision precision = Precision::float32;
  Kernels kernels = Kernels::fused;
  std::int64_t batch = 128;
  std::int64_t image_size = 224;
  std::int64_t warmup = 3;  // steps that are not counted
  std::int64_t steps = 10;
  at::Device device{at::kCPU};
  std::string trace;  // file for a Chrome trace of the counted steps; empty: none
};

/// Seconds of each counted step. Training: a batch of random images cut and flipped, forward,
/// backward, SGD; no evaluation, no records. Evaluation: a batch normalised, forward, counted.
std::vector<double> time_steps(const StepTiming& timing);

/// The middle value; of an even number the mean of the two.
double median(std::vector<double> values);

}  // namespace reslab::app
