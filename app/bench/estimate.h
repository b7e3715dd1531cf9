#pragma once

#include <functional>
#include <vector>

#include <c10/core/Device.h>

#include "app/config/experiment.h"
#include "reslab/model/summary.h"

namespace reslab::app {

/// Multiply-adds per second of training steps in a precision.
using Speed = std::function<double(Precision)>;

/// The speed of this machine, measured with a small network of the CIFAR family when a precision is
/// first asked for.
Speed measured_speed(at::Device device);

/// The cost of one run.
struct RunCost {
  NetworkSummary summary;
  double seconds = 0;  // of training steps, without evaluation
};

/// Estimates the cost of each run of an experiment, in the order of its runs, from the
/// multiply-adds of a step: a backward pass counts as two forward passes.
std::vector<RunCost> estimate(const Experiment& experiment, const Speed& macs_per_second);

}  // namespace reslab::app
